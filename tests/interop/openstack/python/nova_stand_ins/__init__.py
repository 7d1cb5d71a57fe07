"""What stands behind the real Nova in the tests: a hypervisor that takes its time and fails on demand, Neutron, Glance.

Nova's API, its policies, microversions, quotas, state machine, scheduler, cells and databases are untouched. One file stands
for one service; patient_sqlite is what lets a whole Nova run on SQLite in one process.
"""
