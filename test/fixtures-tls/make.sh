#!/bin/sh
# Makes the synthetic certificates of this folder, valid from 2020 to 2120 but for the expired one. Run once, by hand, in this folder; the
# results are checked in, so that the tests need nothing but npm's packages. They protect nothing: the authorities' keys are thrown away.
set -eu
work=$(mktemp -d)
: > "$work/database"
until=21200101000000Z

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key.pem"; }
sign() { # name, subject, last day, extensions, options of `openssl ca`
  name=$1 subject=$2 last=$3 extensions=$4
  shift 4
  openssl req -new -key "$name.key.pem" -subj "/CN=$subject" -out "$work/request"
  cat > "$work/config" <<CONFIG
[ca]
default_ca = here
[here]
database = $work/database
rand_serial = yes
new_certs_dir = $work
default_md = sha256
policy = any
x509_extensions = extensions
unique_subject = no
[any]
commonName = supplied
[extensions]
$extensions
CONFIG
  openssl ca -batch -notext -config "$work/config" -startdate 20200101000000Z -enddate "$last" -in "$work/request" -out "$name.pem" "$@"
}
authority() { # name, subject
  key "$1"
  sign "$1" "$2" $until 'basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash' -selfsign -keyfile "$1.key.pem"
}
leaf() { # name, authority, subject, names, usage, last day
  key "$1"
  sign "$1" "$3" "$6" "basicConstraints = critical,CA:FALSE
extendedKeyUsage = $5
subjectAltName = $4" -cert "$2.pem" -keyfile "$2.key.pem"
}

authority authority 'Yilian test authority (protects nothing)'
authority stranger 'Another test authority (protects nothing)'
leaf server authority localhost 'DNS:localhost,IP:127.0.0.1' serverAuth $until
leaf server-expired authority localhost 'DNS:localhost,IP:127.0.0.1' serverAuth 20200102000000Z
leaf server-other-host authority gw.example 'DNS:gw.example' serverAuth $until
leaf client authority city-370700 'DNS:city.example' clientAuth $until
leaf client-stranger stranger nobody 'DNS:nobody.example' clientAuth $until
rm -r authority.key.pem stranger.key.pem "$work"
