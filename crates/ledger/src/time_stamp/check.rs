//! Checking a token: its digest, its signature, its certificate, and who stands behind it.

use std::time::Duration;

use cms::cert::CertificateChoices;
use cms::signed_data::{SignedAttributes, SignerIdentifier};
use der::asn1::OctetString;
use der::oid::ObjectIdentifier;
use der::{Decode, DecodeValue, Encode};
use pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use webpki::ring as algorithms;
use webpki::{EndEntityCert, KeyUsage};
use x509_cert::Certificate;
use x509_cert::ext::pkix::{ExtendedKeyUsage, SubjectKeyIdentifier};

use super::asn1::{
    CONTENT_TYPE, ECDSA_SHA_256, ECDSA_SHA_384, ED25519, EXTENDED_KEY_USAGE, MESSAGE_DIGEST, RSA,
    RSA_SHA_256, RSA_SHA_384, RSA_SHA_512, SHA_256, SHA_384, SHA_512, SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2, SigningCertificate, SigningCertificateV2, TIME_STAMPING, TIME_STAMPING_BYTES,
    TST_INFO,
};
use super::token::{digest, malformed};
use super::{Authorities, TimeStamp, TimeStampError, Token, Vouched};
use crate::canonical::hex;

/// The signatures that certificates on the way to an authority may have.
static ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA256,
    algorithms::ECDSA_P384_SHA384,
    algorithms::ED25519,
    algorithms::RSA_PKCS1_2048_8192_SHA256,
    algorithms::RSA_PKCS1_2048_8192_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA512,
];

fn not_signed(what: impl std::fmt::Display) -> TimeStampError {
    TimeStampError::NotSigned(what.to_string())
}

impl Token {
    /// Checks that the token is about `bytes` and that its signature holds, and says who stands behind it.
    ///
    /// # Errors
    /// [`TimeStampError`] when it is about other bytes, or its signature or certificate does not hold. A signature
    /// behind which none of the authorities stands is no error: [`TimeStamp::vouched`] says why.
    pub fn check(&self, bytes: &[u8], authorities: &Authorities) -> Result<TimeStamp, TimeStampError> {
        if !self.is_of(bytes) {
            return Err(TimeStampError::OtherBytes);
        }
        let attributes = self.signer.signed_attrs.as_ref();
        let attributes = attributes.ok_or_else(|| not_signed("no attributes are signed"))?;
        let content_type: ObjectIdentifier = attribute(attributes, CONTENT_TYPE)?;
        let digest_said: OctetString = attribute(attributes, MESSAGE_DIGEST)?;
        let digest_own = digest(self.signer.digest_alg.oid, &self.content);
        if content_type != TST_INFO || digest_own.as_deref() != Some(digest_said.as_bytes()) {
            return Err(not_signed("what is signed is not what it says"));
        }
        let (certificate, der) = self.certificate(attributes)?;
        serves_time_stamping_alone(&certificate)?;
        let der = CertificateDer::from(der);
        let end =
            EndEntityCert::try_from(&der).map_err(|error| not_signed(format!("its certificate: {error}")))?;
        let message = attributes.to_der().map_err(malformed)?;
        let signature = self.signer.signature.as_bytes();
        let fits = |algorithm: &&dyn SignatureVerificationAlgorithm| {
            end.verify_signature(*algorithm, &message, signature).is_ok()
        };
        if !self.algorithms()?.iter().any(fits) {
            return Err(not_signed("it is not the signer's"));
        }
        Ok(TimeStamp {
            at: self.at,
            accuracy_microseconds: self.accuracy(),
            signer: certificate.tbs_certificate.subject.to_string(),
            serial: hex(self.info.serial.as_bytes()),
            vouched: self.vouched(&end, authorities),
        })
    }

    /// The certificates that lie in the token.
    fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        let set = self.signed.certificates.iter().flat_map(|set| set.0.iter());
        set.filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate),
            CertificateChoices::Other(_) => None,
        })
    }

    /// The certificate that the signature names by its digest, which must also be the named signer's.
    fn certificate(&self, attributes: &SignedAttributes) -> Result<(Certificate, Vec<u8>), TimeStampError> {
        let named = Named::read(attributes)?;
        for certificate in self.certificates() {
            let der = certificate.to_der().map_err(malformed)?;
            if named.is(&der) {
                if is_signer(&self.signer.sid, certificate) {
                    return Ok((certificate.clone(), der));
                }
                return Err(not_signed(
                    "it names one certificate as the signer's and another by its digest",
                ));
            }
        }
        Err(not_signed(
            "the signer's certificate does not lie in it; ask the authority to send it along",
        ))
    }

    /// What the signature may be, by the algorithms that the token names.
    fn algorithms(&self) -> Result<Vec<&'static dyn SignatureVerificationAlgorithm>, TimeStampError> {
        let (signature, digest) = (self.signer.signature_algorithm.oid, self.signer.digest_alg.oid);
        match (signature, digest) {
            (RSA | RSA_SHA_256, SHA_256) => Ok(vec![algorithms::RSA_PKCS1_2048_8192_SHA256]),
            (RSA | RSA_SHA_384, SHA_384) => Ok(vec![algorithms::RSA_PKCS1_2048_8192_SHA384]),
            (RSA | RSA_SHA_512, SHA_512) => Ok(vec![algorithms::RSA_PKCS1_2048_8192_SHA512]),
            (ECDSA_SHA_256, SHA_256) => {
                Ok(vec![algorithms::ECDSA_P256_SHA256, algorithms::ECDSA_P384_SHA256])
            }
            (ECDSA_SHA_384, SHA_384) => {
                Ok(vec![algorithms::ECDSA_P384_SHA384, algorithms::ECDSA_P256_SHA384])
            }
            (ED25519, SHA_512) => Ok(vec![algorithms::ED25519]),
            _ => Err(not_signed(format!(
                "the algorithms {signature} with {digest} are not known here"
            ))),
        }
    }

    fn vouched(&self, end: &EndEntityCert<'_>, authorities: &Authorities) -> Vouched {
        if authorities.is_empty() {
            return Vouched::ByNobody("no authority was given".to_owned());
        }
        let Ok(since_epoch) = u64::try_from(self.at.as_second()) else {
            return Vouched::ByNobody("its time lies before 1970".to_owned());
        };
        let between: Vec<CertificateDer<'_>> = self
            .certificates()
            .filter_map(|own| own.to_der().ok())
            .map(CertificateDer::from)
            .collect();
        let time = UnixTime::since_unix_epoch(Duration::from_secs(since_epoch));
        let mut why = "its certificate leads to none of the authorities given".to_owned();
        for authority in &authorities.certificates {
            let Ok(anchor) = webpki::anchor_from_trusted_cert(authority) else {
                continue;
            };
            // The signer's own purpose was checked; those between may name none, and then serve every purpose.
            let usage = KeyUsage::required_if_present(TIME_STAMPING_BYTES);
            match end.verify_for_usage(ALGORITHMS, &[anchor], &between, time, usage, None, None) {
                Ok(_) => return Vouched::By(subject(authority)),
                Err(webpki::Error::UnknownIssuer) => {}
                Err(error) => why = format!("{}: {error}", subject(authority)),
            }
        }
        Vouched::ByNobody(why)
    }
}

fn subject(certificate: &CertificateDer<'_>) -> String {
    let read = Certificate::from_der(certificate);
    read.map_or_else(
        |_| "a certificate".to_owned(),
        |read| read.tbs_certificate.subject.to_string(),
    )
}

/// The one value of a signed attribute.
fn attribute<'a, T: der::Choice<'a> + DecodeValue<'a>>(
    attributes: &'a SignedAttributes,
    oid: ObjectIdentifier,
) -> Result<T, TimeStampError> {
    optional(attributes, oid)?.ok_or_else(|| not_signed(format!("the attribute {oid} is missing")))
}

fn optional<'a, T: der::Choice<'a> + DecodeValue<'a>>(
    attributes: &'a SignedAttributes,
    oid: ObjectIdentifier,
) -> Result<Option<T>, TimeStampError> {
    let mut of_this_kind = attributes.iter().filter(|attribute| attribute.oid == oid);
    let (first, second) = (of_this_kind.next(), of_this_kind.next());
    match (first, second) {
        (None, _) => Ok(None),
        (Some(attribute), None) if attribute.values.len() == 1 => {
            let value = attribute
                .values
                .get(0)
                .ok_or_else(|| malformed("an attribute without value"))?;
            value.decode_as().map(Some).map_err(malformed)
        }
        _ => Err(malformed(format!("the attribute {oid} has several values"))),
    }
}

/// The certificate that a signature names, by the digests it gives.
struct Named {
    by_sha1: Option<Vec<u8>>,
    by_other: Option<(ObjectIdentifier, Vec<u8>)>,
}

impl Named {
    /// The first certificate of each attribute is the signer's (RFC 2634, RFC 5035).
    fn read(attributes: &SignedAttributes) -> Result<Self, TimeStampError> {
        let first: Option<SigningCertificate> = optional(attributes, SIGNING_CERTIFICATE)?;
        let second: Option<SigningCertificateV2> = optional(attributes, SIGNING_CERTIFICATE_V2)?;
        let by_sha1 = first.and_then(|named| named.certificates.into_iter().next());
        let by_other = second.and_then(|named| named.certificates.into_iter().next());
        if by_sha1.is_none() && by_other.is_none() {
            return Err(not_signed("it does not name its certificate"));
        }
        Ok(Self {
            by_sha1: by_sha1.map(|id| id.digest.as_bytes().to_vec()),
            by_other: by_other.map(|id| {
                (
                    id.algorithm.map_or(SHA_256, |algorithm| algorithm.oid),
                    id.digest.as_bytes().to_vec(),
                )
            }),
        })
    }

    fn is(&self, der: &[u8]) -> bool {
        let sha1 = |named: &Vec<u8>| {
            ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref() == named
        };
        let other = |(algorithm, named): &(ObjectIdentifier, Vec<u8>)| {
            digest(*algorithm, der).as_ref() == Some(named)
        };
        self.by_sha1.as_ref().is_none_or(sha1) && self.by_other.as_ref().is_none_or(other)
    }
}

fn is_signer(named: &SignerIdentifier, certificate: &Certificate) -> bool {
    let own = &certificate.tbs_certificate;
    match named {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            named.issuer == own.issuer && named.serial_number == own.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => own
            .get::<SubjectKeyIdentifier>()
            .ok()
            .flatten()
            .is_some_and(|(_, own)| own == *named),
    }
}

/// The certificate says, as critical, that it serves time stamping and nothing else (RFC 3161, section 2.3).
fn serves_time_stamping_alone(certificate: &Certificate) -> Result<(), TimeStampError> {
    let extensions = certificate
        .tbs_certificate
        .extensions
        .as_deref()
        .unwrap_or_default();
    let usage = extensions
        .iter()
        .find(|extension| extension.extn_id == EXTENDED_KEY_USAGE);
    let alone = usage.is_some_and(|usage| {
        let purposes = ExtendedKeyUsage::from_der(usage.extn_value.as_bytes());
        usage.critical && purposes.is_ok_and(|purposes| purposes.0 == [TIME_STAMPING])
    });
    if alone {
        Ok(())
    } else {
        Err(not_signed("its certificate does not serve time stamping alone"))
    }
}
