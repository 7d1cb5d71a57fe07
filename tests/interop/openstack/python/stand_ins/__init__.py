"""What stands behind the real Trove API in the tests, instead of Nova, Cinder, Neutron, Glance and guest agents.

Trove ships fakes of these (trove.tests.fakes), older than the API they serve; here is what they lack. The API itself,
its validation, policies, quotas, views, errors and database are untouched. One file stands for one service.
"""


def install():
    """Mends the shipped fakes in place. Called once, after Trove is initialised and before it serves."""
    from stand_ins import compute
    from stand_ins import guest
    from stand_ins import volume
    from stand_ins.pace import quicken_polling
    compute.mend()
    volume.mend()
    quicken_polling()
    guest.keep_alive()
