#!/bin/sh
# Makes the time stamps of this folder with OpenSSL's own authority (openssl ts): two good ones, one by a certificate that
# had expired, one of a ledger whose clock ran ahead, one refusal. The keys are thrown away. Run with the texts that
#   cargo test -p detente-ledger --features store --test time_stamps the_checkpoints -- --nocapture
# prints in checkpoint.txt and ahead.txt, and again whenever they change.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/checkpoint.txt" "$here/ahead.txt" "$work/"
cd "$work"

authority() { # name, key options, digest, digest that names the certificate, digits of a second, days
    name=$1
    cat > "$name.cnf" <<END
[ tsa ]
default_tsa = one
[ one ]
serial = ./$name.serial
signer_cert = ./$name.signer.pem
certs = ./$name.between.pem
signer_key = ./$name.signer.key
signer_digest = $3
default_policy = 1.3.6.1.4.1.99999.1
other_policies = 1.3.6.1.4.1.99999.2
digests = sha256
accuracy = secs:1, millisecs:500
clock_precision_digits = $5
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = $4
[ signer ]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ between ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
END
    echo 01 > "$name.serial"
    for who in root between signer; do
        # shellcheck disable=SC2086
        openssl genpkey $2 -out "$name.$who.key"
        openssl req -new -key "$name.$who.key" -subj "/O=Detente test/CN=$name $who" -out "$name.$who.csr"
    done
    openssl req -x509 -key "$name.root.key" -subj "/O=Detente test/CN=$name root" -days 36500 -out "$name.root.pem"
    openssl x509 -req -in "$name.between.csr" -CA "$name.root.pem" -CAkey "$name.root.key" -CAcreateserial \
        -days 36500 -extfile "$name.cnf" -extensions between -out "$name.between.pem"
    openssl x509 -req -in "$name.signer.csr" -CA "$name.between.pem" -CAkey "$name.between.key" -CAcreateserial \
        -days "$6" -extfile "$name.cnf" -extensions signer -out "$name.signer.pem"
    cp "$name.root.pem" "$here/$name.pem"
}

authority rsa "-algorithm RSA -pkeyopt rsa_keygen_bits:2048" sha256 sha256 0 36500
authority curve "-algorithm EC -pkeyopt ec_paramgen_curve:P-384" sha384 sha1 3 36500
authority expired "-algorithm EC -pkeyopt ec_paramgen_curve:P-256" sha256 sha256 0 0
sleep 2
openssl ts -query -data checkpoint.txt -sha256 -no_nonce -cert -out question.tsq
cp question.tsq "$here/"
for name in rsa curve expired; do
    openssl ts -reply -config "$name.cnf" -queryfile question.tsq -out "$here/$name.tsr"
done
openssl ts -query -data ahead.txt -sha256 -no_nonce -cert -out ahead.tsq
openssl ts -reply -config rsa.cnf -queryfile ahead.tsq -out "$here/ahead.tsr"
# A digest that this authority does not stamp.
openssl ts -query -data checkpoint.txt -sha512 -no_nonce -cert -out other.tsq
openssl ts -reply -config rsa.cnf -queryfile other.tsq -out "$here/refused.tsr"
for name in rsa curve; do
    openssl ts -verify -data checkpoint.txt -in "$here/$name.tsr" -CAfile "$here/$name.pem"
done
