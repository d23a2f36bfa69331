#!/bin/sh
# Declare the two cores in Solr's home, with the configurations of this image, then become Solr.
set -eu

home="${SOLR_HOME:-/var/solr/data}"
mkdir -p "$home/configsets"

for core in ckan ess_activities; do
    # Refreshed at each start: a new image brings its configuration with it. The index stays.
    rm -rf "$home/configsets/$core"
    cp -R "/opt/ess/configsets/$core" "$home/configsets/$core"
    mkdir -p "$home/$core"
    printf 'name=%s\nconfigSet=%s\n' "$core" "$core" >"$home/$core/core.properties"
done

exec solr-foreground
