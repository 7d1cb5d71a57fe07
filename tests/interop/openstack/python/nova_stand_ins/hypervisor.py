"""Nova's own fake hypervisor, with time, power states, and failures on demand by a word in the server's name.

BUILD_ERROR, STOP_ERROR, START_ERROR, PAUSE_ERROR, SUSPEND_ERROR, RESCUE_ERROR, SNAPSHOT_ERROR, RESIZE_ERROR and
DELETE_ERROR fail when that is done to the server, SLOW takes twenty times as long. A server that is called otherwise again is well again.
"""
import os
import sys
import time
import types

SECONDS = float(os.environ.get('HYPERVISOR_SECONDS', '0.2'))


def install():
    """Puts it below nova.virt, the only place where Nova looks for drivers."""
    from nova import exception
    from nova.compute import power_state
    from nova.virt import fake

    def work(instance, what, share=1.0):
        name = instance.display_name or ''
        time.sleep(SECONDS * share * (20 if 'SLOW' in name else 1))
        if what + '_ERROR' in name:
            raise exception.NovaException('the hypervisor refused to ' + what.lower())

    class Driver(fake.FakeDriver):
        capabilities = dict(fake.FakeDriver.capabilities, supports_migrate_to_same_host=True)
        vcpus, memory_mb, local_gb = 64, 262144, 4096

        def _is(self, instance, state):
            if instance.uuid in self.instances:
                self.instances[instance.uuid].state = state

        def spawn(self, context, instance, *words, **options):
            work(instance, 'BUILD', 2)
            return super().spawn(context, instance, *words, **options)

        def power_off(self, instance, timeout=0, retry_interval=0):
            work(instance, 'STOP')
            return super().power_off(instance, timeout, retry_interval)

        def power_on(self, context, instance, *words, **options):
            work(instance, 'START')
            return super().power_on(context, instance, *words, **options)

        def reboot(self, context, instance, *words, **options):
            work(instance, 'REBOOT')
            self._is(instance, power_state.RUNNING)

        def pause(self, instance):
            work(instance, 'PAUSE', 0.5)
            self._is(instance, power_state.PAUSED)

        def unpause(self, instance):
            work(instance, 'UNPAUSE', 0.5)
            self._is(instance, power_state.RUNNING)

        def suspend(self, context, instance):
            work(instance, 'SUSPEND')
            self._is(instance, power_state.SUSPENDED)

        def resume(self, context, instance, *words, **options):
            work(instance, 'RESUME')
            self._is(instance, power_state.RUNNING)

        def rescue(self, context, instance, *words, **options):
            work(instance, 'RESCUE')

        def snapshot(self, context, instance, image_id, update_task_state):
            work(instance, 'SNAPSHOT')
            super().snapshot(context, instance, image_id, update_task_state)

        def soft_delete(self, instance):
            self._is(instance, power_state.SHUTDOWN)

        def restore(self, instance):
            self._is(instance, power_state.RUNNING)

        def migrate_disk_and_power_off(self, context, instance, *words, **options):
            work(instance, 'RESIZE', 2)
            return super().migrate_disk_and_power_off(context, instance, *words, **options)

        def destroy(self, context, instance, *words, **options):
            work(instance, 'DELETE')
            return super().destroy(context, instance, *words, **options)

    module = types.ModuleType('nova.virt.hypervisor_stand_in')
    module.Driver = Driver
    sys.modules[module.__name__] = module
