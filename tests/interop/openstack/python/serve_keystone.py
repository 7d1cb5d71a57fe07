"""Debian's Keystone on 127.0.0.1, on Python's own threaded WSGI server. Usage: serve_keystone CONF PORT.

Keystone is the WSGI application the package ships; only the server around it is ours. Each connection is closed after
its answer.
"""
import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler
from wsgiref.simple_server import WSGIServer


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self):
        # HTTPServer would ask a name server for 127.0.0.1's name.
        self.socket.setsockopt(1, 2, 1)            # SOL_SOCKET, SO_REUSEADDR
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = self.socket.getsockname()[:2]
        self.setup_environ()


class Handler(WSGIRequestHandler):
    def address_string(self):
        return self.client_address[0]

    def log_message(self, *_words):
        pass


def main(conf, port):
    os.environ['OS_KEYSTONE_CONFIG_DIR'] = os.path.dirname(conf)
    os.environ['OS_KEYSTONE_CONFIG_FILES'] = os.path.basename(conf)
    del sys.argv[1:]                               # Keystone reads the command line, too
    from keystone.server.wsgi import initialize_public_application
    application = initialize_public_application()
    with Server(('127.0.0.1', int(port)), Handler) as server:
        server.set_app(application)
        server.serve_forever()


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2])
