//! Reading a token: CMS signed data around what the authority says.

use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerInfo};
use der::oid::ObjectIdentifier;
use der::{Decode, Encode, Tag, Tagged};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::TimeStampError;
use super::asn1::{Info, Response, SHA_256, SHA_384, SHA_512, SIGNED_DATA, TST_INFO};
use crate::log::LARGEST_TOKEN;

/// A token that can be read; nothing of it is checked yet.
#[derive(Debug, Clone)]
pub struct Token {
    bytes: Vec<u8>,
    pub(super) signed: SignedData,
    pub(super) signer: SignerInfo,
    /// What was signed, as it stands.
    pub(super) content: Vec<u8>,
    pub(super) info: Info,
    pub(super) at: Timestamp,
}

pub(super) fn malformed(what: impl std::fmt::Display) -> TimeStampError {
    TimeStampError::Malformed(what.to_string())
}

/// The digest of bytes by a named algorithm; SHA-256 and longer alone count.
pub(super) fn digest(algorithm: ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        SHA_256 => Some(Sha256::digest(bytes).to_vec()),
        SHA_384 => Some(Sha384::digest(bytes).to_vec()),
        SHA_512 => Some(Sha512::digest(bytes).to_vec()),
        _ => None,
    }
}

impl Token {
    /// Reads an authority's answer (`.tsr`), or the token alone.
    ///
    /// # Errors
    /// [`TimeStampError`] when it is neither, or the answer is no.
    pub fn from_answer(bytes: &[u8]) -> Result<Self, TimeStampError> {
        if bytes.len() > LARGEST_TOKEN {
            return Err(malformed(format!("it is larger than {LARGEST_TOKEN} bytes")));
        }
        let Ok(answer) = Response::from_der(bytes) else {
            return Self::read(bytes.to_vec());
        };
        match (answer.status.status, answer.token) {
            (0 | 1, Some(token)) => Self::read(token.to_der().map_err(malformed)?),
            (0 | 1, None) => Err(malformed("the answer has no token")),
            (status, _) => Err(TimeStampError::NotGranted(status)),
        }
    }

    fn read(bytes: Vec<u8>) -> Result<Self, TimeStampError> {
        let outer = ContentInfo::from_der(&bytes).map_err(malformed)?;
        if outer.content_type != SIGNED_DATA {
            return Err(malformed("it is not signed data"));
        }
        let signed: SignedData = outer.content.decode_as().map_err(malformed)?;
        if signed.encap_content_info.econtent_type != TST_INFO {
            return Err(malformed("what is signed is not a time stamp"));
        }
        let content = signed.encap_content_info.econtent.as_ref();
        let content = content.ok_or_else(|| malformed("it holds nothing"))?;
        if content.tag() != Tag::OctetString {
            return Err(malformed("what is signed is not a string of bytes"));
        }
        let content = content.value().to_vec();
        let info = Info::from_der(&content).map_err(malformed)?;
        if info.version != 1 {
            return Err(malformed(format!("version {} is not known", info.version)));
        }
        let unknown = info
            .extensions
            .iter()
            .flatten()
            .find(|extension| extension.critical);
        if let Some(unknown) = unknown {
            let what = format!(
                "it has a critical extension that is not known: {}",
                unknown.extn_id
            );
            return Err(malformed(what));
        }
        let signers = &signed.signer_infos.0;
        let signer = match (signers.get(0), signers.len()) {
            (Some(signer), 1) => signer.clone(),
            (_, many) => return Err(malformed(format!("it has {many} signatures instead of one"))),
        };
        let at = time_of(&info)?;
        Ok(Self {
            bytes,
            signed,
            signer,
            content,
            info,
            at,
        })
    }

    /// The token's bytes (DER).
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether its digest is that of these bytes.
    #[must_use]
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        let imprint = &self.info.imprint;
        digest(imprint.algorithm.oid, bytes).is_some_and(|own| own == imprint.digest.as_bytes())
    }

    /// How far its time may be off, in microseconds.
    pub(super) fn accuracy(&self) -> Option<u64> {
        let accuracy = self.info.accuracy?;
        let seconds = u64::from(accuracy.seconds.unwrap_or(0));
        let millis = u64::from(accuracy.millis.unwrap_or(0));
        Some((seconds * 1_000 + millis) * 1_000 + u64::from(accuracy.micros.unwrap_or(0)))
    }
}

/// `YYYYMMDDhhmmss[.f]Z` (RFC 3161, section 2.4.2).
fn time_of(info: &Info) -> Result<Timestamp, TimeStampError> {
    let text = std::str::from_utf8(info.time.value()).unwrap_or_default();
    let plain = text.len() >= 15 && text.bytes().take(14).all(|byte| byte.is_ascii_digit());
    if info.time.tag() != Tag::GeneralizedTime || !plain || !text.ends_with('Z') {
        return Err(malformed("its time is not a generalized time in UTC"));
    }
    let read = DateTime::strptime("%Y%m%d%H%M%S%.fZ", text);
    let read = read.and_then(|read| read.to_zoned(TimeZone::UTC));
    read.map(|zoned| zoned.timestamp())
        .map_err(|error| malformed(format!("its time: {error}")))
}
