"""How gunicorn is run under fire: `gunicorn -c python:tests.checks.exchange.web wsgi:app`."""

worker_class = "gthread"
workers = 2
threads = 4
graceful_timeout = 2
loglevel = "warning"
control_socket_disable = True
