"""A WSGI application made of a function that answers (method, segments of the path, query, body) with (status, body)."""
import json
import urllib.parse
import uuid


class Refusal(Exception):
    def __init__(self, status, body):
        super().__init__(status)
        self.status, self.body = status, body


def application(answer):
    def serve(environ, start_response):
        content = environ['wsgi.input'].read(int(environ.get('CONTENT_LENGTH') or 0))
        try:
            body = json.loads(content) if content else None
        except ValueError:
            body = None
        segments = [urllib.parse.unquote(one) for one in environ['PATH_INFO'].split('/') if one]
        query = urllib.parse.parse_qs(environ.get('QUERY_STRING', ''))
        try:
            status, said = answer(environ['REQUEST_METHOD'], segments, query, body)
        except Refusal as refusal:
            status, said = refusal.status, refusal.body
        data = b'' if said is None else json.dumps(said).encode()
        headers = [('Content-Length', str(len(data))), ('X-Openstack-Request-Id', 'req-%s' % uuid.uuid4())]
        # Glance's client takes an empty body for broken JSON where it is said to be JSON.
        if data:
            headers.append(('Content-Type', 'application/json'))
        start_response('%d -' % status, headers)
        return [data]
    return serve
