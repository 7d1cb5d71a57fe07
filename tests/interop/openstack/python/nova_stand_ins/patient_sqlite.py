"""Lets all of a Nova share SQLite files within one green thread.

SQLite waits for a lock by stopping its thread. Here all services share one, so that whoever holds the lock could not go on
to give it back: after half a minute of standstill, "database is locked". Instead, a statement that is refused for a lock
lets the others run, and is tried again.
"""
import sqlite3
import time

PATIENCE = 30                                      # seconds
PAUSE = 0.005


def install():
    import eventlet

    def patient(method):
        def call(*words):
            end = time.monotonic() + PATIENCE
            while True:
                try:
                    return method(*words)
                except sqlite3.OperationalError as error:
                    if 'locked' not in str(error) or time.monotonic() > end:
                        raise
                eventlet.sleep(PAUSE)
        return call

    class Cursor(sqlite3.Cursor):
        execute = patient(sqlite3.Cursor.execute)
        executemany = patient(sqlite3.Cursor.executemany)

    class Connection(sqlite3.Connection):
        commit = patient(sqlite3.Connection.commit)

        def cursor(self, factory=Cursor):
            return super().cursor(factory)

    original = sqlite3.connect

    def connect(*words, **options):
        options.update(timeout=0, factory=Connection)
        return original(*words, **options)
    sqlite3.connect = sqlite3.dbapi2.connect = connect
