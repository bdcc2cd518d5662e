#!/bin/sh
# certificate.sh FOLDER HOST: make HOST's key and certificate in FOLDER, unless they are there. It is its own authority:
# who trusts the file HOST.pem trusts HOST, and nobody else by it.
set -eu
umask 022
folder=$1 host=$2
[ ! -e "$folder/$host.pem" ] || exit 0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 \
    -subj "/CN=$host" -addext "subjectAltName=DNS:$host,DNS:localhost" \
    -keyout "$folder/$host.key" -out "$folder/$host.new"
mv "$folder/$host.new" "$folder/$host.pem"
