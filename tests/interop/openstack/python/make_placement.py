"""Makes an empty Placement database. Usage: make_placement CONF."""
import sys

from serve_nova import placement_settings


def main(conf):
    from placement import db_api
    from placement.db.sqlalchemy import migration
    db_api.configure(placement_settings(conf))
    migration.upgrade('head')


if __name__ == '__main__':
    main(sys.argv[1])
