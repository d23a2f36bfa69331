#!/bin/sh
# Write CKAN's configuration from the environment, then become the process that this container is for.
# The commands are those of the embedded portal (ckanext/ess/embedded/plan.py); a test compares them.
set -eu

role="${1:-web}"
case "$role" in
    prepare|web|worker|checks|harvest|clock|ckan)
        python /opt/ess/configure.py "$CKAN_INI"
        shift || true
        ;;
esac

case "$role" in
    prepare) exec python -m ckanext.ess.embedded.inside.prepare "$CKAN_INI" ;;
    web)
        exec python -m gunicorn \
            --bind=0.0.0.0:5000 \
            --workers="${ESS_WEB_WORKERS:-4}" \
            --threads="${ESS_WEB_THREADS:-4}" \
            --timeout=120 \
            --graceful-timeout=30 \
            --max-requests=2000 \
            --max-requests-jitter=200 \
            --worker-tmp-dir=/dev/shm \
            --no-control-socket \
            --forwarded-allow-ips='*' \
            --access-logfile=- \
            ckanext.ess.embedded.inside.wsgi:application
        ;;
    worker) exec ckan -c "$CKAN_INI" jobs worker default ;;
    checks) exec ckan -c "$CKAN_INI" jobs worker ess ;;
    harvest) exec ckan -c "$CKAN_INI" ess harvest consume ;;
    clock) exec python -m ckanext.ess.embedded.inside.clock "$CKAN_INI" ;;
    ckan) exec ckan -c "$CKAN_INI" "$@" ;;
    *) exec "$@" ;;
esac
