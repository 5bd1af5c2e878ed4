//! Trusted time stamps: what an authority outside the deal says about when bytes existed.
//!
//! A token (RFC 3161, with RFC 5816) is CMS signed data over a digest and a time. It is good for bytes `b` when the
//! digest is `b`'s, the signature over it holds, the signer's certificate is the one the signature names and serves
//! for time stamping alone, and that certificate leads, at the time it names, to an authority that whoever checks
//! trusts. Then `b` existed at that time, within the accuracy it states. It needs no clock: the time of a certificate's
//! validity is the token's own. Whether a certificate was revoked is not asked.
//!
//! The ledger stamps checkpoints: the bytes are the checkpoint's text, so a token says that all entries before it
//! existed by then; and because the token is recorded as an entry itself, all entries after it are later.

mod asn1;
mod check;
mod token;

use der::Encode;
use der::asn1::OctetString;
use jiff::Timestamp;
use pki_types::CertificateDer;
use pki_types::pem::PemObject;
use serde::Serialize;
use x509_cert::spki::AlgorithmIdentifierOwned;

pub use token::Token;

use crate::canonical::sha256;

/// Why a time stamp is no good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeStampError {
    /// It cannot be read.
    Malformed(String),
    /// The authority refused to stamp (its status).
    NotGranted(u32),
    /// It is about other bytes.
    OtherBytes,
    /// Its signature or certificate does not hold.
    NotSigned(String),
}

impl std::fmt::Display for TimeStampError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "the time stamp cannot be read: {what}"),
            Self::NotGranted(status) => {
                write!(f, "the authority did not grant the time stamp (status {status})")
            }
            Self::OtherBytes => write!(f, "the time stamp is about something else"),
            Self::NotSigned(what) => write!(f, "the time stamp's signature does not hold: {what}"),
        }
    }
}

impl std::error::Error for TimeStampError {}

/// What a time stamp says, its digest and signature checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeStamp {
    /// When the bytes existed.
    #[serde(serialize_with = "as_text")]
    pub at: Timestamp,
    /// How far the time may be off, in microseconds, when the authority says so.
    pub accuracy_microseconds: Option<u64>,
    /// The subject of the certificate that signed it.
    pub signer: String,
    /// The token's number at its authority, hex.
    pub serial: String,
    /// The subject of the trusted certificate that it leads to; without one, why it leads to none.
    pub vouched: Vouched,
}

fn as_text<S: serde::Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}

/// Whether somebody who is trusted stands behind a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Vouched {
    /// The subject of the trusted certificate.
    By(String),
    /// Why nobody does.
    ByNobody(String),
}

/// The certificates of the authorities that whoever checks trusts.
#[derive(Debug, Clone, Default)]
pub struct Authorities {
    certificates: Vec<CertificateDer<'static>>,
}

impl Authorities {
    /// Nobody is trusted: digests and signatures are checked, and nothing is vouched for.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds the certificates in a PEM text.
    ///
    /// # Errors
    /// What is wrong with the text; nothing is added then.
    pub fn add_pem(&mut self, text: &[u8]) -> Result<(), String> {
        let read: Result<Vec<CertificateDer<'static>>, _> = CertificateDer::pem_slice_iter(text).collect();
        let read = read.map_err(|error| format!("it is no PEM: {error}"))?;
        if read.is_empty() {
            return Err("there is no certificate in PEM form".to_owned());
        }
        for certificate in &read {
            webpki::anchor_from_trusted_cert(certificate)
                .map_err(|error| format!("a certificate cannot be read: {error}"))?;
        }
        self.certificates.extend(read);
        Ok(())
    }

    /// Whether nobody is trusted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty()
    }
}

/// The question to an authority about bytes: a `TimeStampReq` with their SHA-256, asking for the certificate. No nonce is
/// needed: an older answer about the same bytes would say more, not less.
///
/// # Errors
/// When it cannot be written, which does not happen to a digest.
pub fn request(bytes: &[u8]) -> Result<Vec<u8>, TimeStampError> {
    let wrong = |error: der::Error| TimeStampError::Malformed(error.to_string());
    let algorithm = AlgorithmIdentifierOwned {
        oid: asn1::SHA_256,
        parameters: Some(der::Any::null()),
    };
    let digest = OctetString::new(sha256(bytes)).map_err(wrong)?;
    let request = asn1::Request {
        version: 1,
        imprint: asn1::Imprint { algorithm, digest },
        certificates: true,
    };
    request.to_der().map_err(wrong)
}
