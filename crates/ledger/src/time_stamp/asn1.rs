//! The structures of RFC 3161 and RFC 5816 that a time stamp is made of, as DER; CMS and certificates come from their
//! own libraries.

use cms::content_info::ContentInfo;
use der::asn1::{Int, OctetString};
use der::oid::ObjectIdentifier;
use der::{Any, Sequence};
use x509_cert::ext::Extensions;
use x509_cert::spki::AlgorithmIdentifierOwned;

/// An object identifier that is known to be well formed.
const fn id(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// CMS signed data (RFC 5652).
pub const SIGNED_DATA: ObjectIdentifier = id("1.2.840.113549.1.7.2");
/// What a time stamp says.
pub const TST_INFO: ObjectIdentifier = id("1.2.840.113549.1.9.16.1.4");
/// The signed attribute that names the type of the content.
pub const CONTENT_TYPE: ObjectIdentifier = id("1.2.840.113549.1.9.3");
/// The signed attribute with the digest of the content.
pub const MESSAGE_DIGEST: ObjectIdentifier = id("1.2.840.113549.1.9.4");
/// The signed attribute that ties the signature to one certificate, by its SHA-1 (RFC 2634).
pub const SIGNING_CERTIFICATE: ObjectIdentifier = id("1.2.840.113549.1.9.16.2.12");
/// The same by any digest (RFC 5035).
pub const SIGNING_CERTIFICATE_V2: ObjectIdentifier = id("1.2.840.113549.1.9.16.2.47");
/// A certificate's purposes.
pub const EXTENDED_KEY_USAGE: ObjectIdentifier = id("2.5.29.37");
/// The purpose of time stamping.
pub const TIME_STAMPING: ObjectIdentifier = id("1.3.6.1.5.5.7.3.8");
/// The same as DER without its tag and length.
pub const TIME_STAMPING_BYTES: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
/// SHA-256.
pub const SHA_256: ObjectIdentifier = id("2.16.840.1.101.3.4.2.1");
/// SHA-384.
pub const SHA_384: ObjectIdentifier = id("2.16.840.1.101.3.4.2.2");
/// SHA-512.
pub const SHA_512: ObjectIdentifier = id("2.16.840.1.101.3.4.2.3");
/// RSA keys, and RSA signatures whose digest is named elsewhere.
pub const RSA: ObjectIdentifier = id("1.2.840.113549.1.1.1");
/// RSA with SHA-256.
pub const RSA_SHA_256: ObjectIdentifier = id("1.2.840.113549.1.1.11");
/// RSA with SHA-384.
pub const RSA_SHA_384: ObjectIdentifier = id("1.2.840.113549.1.1.12");
/// RSA with SHA-512.
pub const RSA_SHA_512: ObjectIdentifier = id("1.2.840.113549.1.1.13");
/// ECDSA with SHA-256.
pub const ECDSA_SHA_256: ObjectIdentifier = id("1.2.840.10045.4.3.2");
/// ECDSA with SHA-384.
pub const ECDSA_SHA_384: ObjectIdentifier = id("1.2.840.10045.4.3.3");
/// Ed25519.
pub const ED25519: ObjectIdentifier = id("1.3.101.112");

/// `TimeStampReq`.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct Request {
    pub version: u8,
    pub imprint: Imprint,
    pub certificates: bool,
}

/// `MessageImprint`: the digest of what is stamped.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct Imprint {
    pub algorithm: AlgorithmIdentifierOwned,
    pub digest: OctetString,
}

/// `TimeStampResp`.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct Response {
    pub status: Status,
    #[asn1(optional = "true")]
    pub token: Option<ContentInfo>,
}

/// `PKIStatusInfo`; what it says beyond its number is left unread.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct Status {
    pub status: u32,
    #[asn1(optional = "true")]
    pub words: Option<Vec<Any>>,
    #[asn1(optional = "true")]
    pub failure: Option<der::asn1::BitString>,
}

/// `TSTInfo`; the time is kept as it stands, because it may have a fraction.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct Info {
    pub version: u8,
    pub policy: ObjectIdentifier,
    pub imprint: Imprint,
    pub serial: Int,
    pub time: Any,
    #[asn1(optional = "true")]
    pub accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    pub ordering: bool,
    #[asn1(optional = "true")]
    pub nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub authority: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub extensions: Option<Extensions>,
}

/// `Accuracy`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Sequence)]
pub struct Accuracy {
    #[asn1(optional = "true")]
    pub seconds: Option<u32>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub millis: Option<u16>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub micros: Option<u16>,
}

/// `SigningCertificateV2`.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct SigningCertificateV2 {
    pub certificates: Vec<CertificateIdV2>,
    #[asn1(optional = "true")]
    pub policies: Option<Vec<Any>>,
}

/// `ESSCertIDv2`; without an algorithm it is SHA-256.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct CertificateIdV2 {
    #[asn1(optional = "true")]
    pub algorithm: Option<AlgorithmIdentifierOwned>,
    pub digest: OctetString,
    #[asn1(optional = "true")]
    pub issuer_and_serial: Option<Any>,
}

/// `SigningCertificate`.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct SigningCertificate {
    pub certificates: Vec<CertificateId>,
    #[asn1(optional = "true")]
    pub policies: Option<Vec<Any>>,
}

/// `ESSCertID`, by SHA-1.
#[derive(Clone, Debug, Eq, PartialEq, Sequence)]
pub struct CertificateId {
    pub digest: OctetString,
    #[asn1(optional = "true")]
    pub issuer_and_serial: Option<Any>,
}
