"""libpq by ctypes: one connection, statements with parameters.

psql would do, but a simulation sends hundreds of thousands of statements.
"""
import ctypes

pq = ctypes.CDLL('libpq.so.5')
TEXT = ctypes.c_char_p
for name, result, *parameters in (
        ('PQconnectdb', ctypes.c_void_p, TEXT),
        ('PQstatus', ctypes.c_int, ctypes.c_void_p),
        ('PQerrorMessage', TEXT, ctypes.c_void_p),
        ('PQexecParams', ctypes.c_void_p, ctypes.c_void_p, TEXT, ctypes.c_int,
         ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p,
         ctypes.c_int),
        ('PQexec', ctypes.c_void_p, ctypes.c_void_p, TEXT),
        ('PQresultStatus', ctypes.c_int, ctypes.c_void_p),
        ('PQresultErrorField', TEXT, ctypes.c_void_p, ctypes.c_int),
        ('PQntuples', ctypes.c_int, ctypes.c_void_p),
        ('PQnfields', ctypes.c_int, ctypes.c_void_p),
        ('PQgetisnull', ctypes.c_int, ctypes.c_void_p, ctypes.c_int,
         ctypes.c_int),
        ('PQgetvalue', TEXT, ctypes.c_void_p, ctypes.c_int, ctypes.c_int),
        ('PQclear', None, ctypes.c_void_p),
        ('PQfinish', None, ctypes.c_void_p)):
    function = getattr(pq, name)
    function.restype = result
    function.argtypes = parameters

DONE = 1, 2     # PGRES_COMMAND_OK, PGRES_TUPLES_OK


class Failed(Exception):
    """A statement failed; state is its SQLSTATE."""

    def __init__(self, state, message):
        super().__init__(f'{state}: {message}')
        self.state = state


class Connection:
    def __init__(self, url):
        self.c = pq.PQconnectdb(url.encode())
        if pq.PQstatus(self.c) != 0:
            raise ConnectionError(pq.PQerrorMessage(self.c).decode())

    def rows(self, result):
        try:
            if pq.PQresultStatus(result) not in DONE:
                raise Failed(*((pq.PQresultErrorField(result, ord(f)) or b'')
                               .decode() for f in 'CM'))
            return [[None if pq.PQgetisnull(result, i, j)
                     else pq.PQgetvalue(result, i, j).decode()
                     for j in range(pq.PQnfields(result))]
                    for i in range(pq.PQntuples(result))]
        finally:
            pq.PQclear(result)

    def run(self, text, *parameters):
        """Run a statement, or several if there are no parameters.  Return the
        rows of the last."""
        if not parameters:
            return self.rows(pq.PQexec(self.c, text.encode()))
        n = len(parameters)
        values = (TEXT * n)(*(None if p is None else str(p).encode()
                              for p in parameters))
        return self.rows(pq.PQexecParams(
            self.c, text.encode(), n, None, values, None, None, 0))

    def close(self):
        pq.PQfinish(self.c)
