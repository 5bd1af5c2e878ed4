//! Checks a certificate by itself: the conflict is read from it, must have the hash that the certificate names,
//! and every judgement is stepped through. A conflict handed over beside the certificate is used instead.

use detente_conflict::{GraphModel, Limits, read};
use detente_reading::foreign::text_of;
use detente_reading::json;
use serde_json::Value;

use super::{CERTIFICATE, Certificate, Flaw, MOST_CARRIED, check_certificate};

/// A certificate that holds, and the conflict that it is about.
#[derive(Debug)]
pub struct Alone {
    /// The certificate.
    pub certificate: Certificate,
    /// The conflict.
    pub model: GraphModel,
}

/// Why a certificate is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It is not written as a certificate is.
    Unreadable(String),
    /// It neither carries its conflict nor was one handed over.
    NoConflict,
    /// The conflict it carries is no conflict.
    BadConflict(String),
    /// A judgement does not hold: which (nothing where it is about the whole), and the flaw.
    DoesNotHold(String, Flaw),
    /// It shows nothing at all.
    Empty,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "this is not a stability certificate: {why}"),
            Self::NoConflict => write!(
                f,
                "the certificate names its conflict by hash only; hand over the conflict (--case)"
            ),
            Self::BadConflict(why) => write!(f, "the conflict in the certificate cannot be read: {why}"),
            Self::DoesNotHold(which, flaw) if which.is_empty() => write!(f, "{flaw}"),
            Self::DoesNotHold(which, flaw) => write!(f, "{which} does not hold: {flaw}"),
            Self::Empty => write!(f, "the certificate holds no judgement"),
        }
    }
}

impl std::error::Error for Refused {}

/// Whether a document says that it is a stability certificate, of any version.
#[must_use]
pub fn is_certificate(document: &Value) -> bool {
    let schema = document.get("schema").and_then(Value::as_str);
    let family = CERTIFICATE.trim_end_matches(|c: char| c.is_ascii_digit());
    schema.is_some_and(|schema| schema.starts_with(family))
}

/// Checks the bytes of a certificate, about `given` if there is one, else about the conflict that it carries.
///
/// # Errors
/// Why it is refused.
pub fn check_alone(bytes: &[u8], given: Option<GraphModel>) -> Result<Alone, Refused> {
    let text = text_of(bytes).map_err(|error| Refused::Unreadable(error.message.to_owned()))?;
    let certificate: Certificate =
        json::from_str(text).map_err(|fault| Refused::Unreadable(fault.to_string()))?;
    let model = match given {
        Some(model) => model,
        None => carried_by(&certificate)?,
    };
    check_certificate(&model, &certificate).map_err(|(which, flaw)| Refused::DoesNotHold(which, flaw))?;
    if certificate.count() == 0 {
        return Err(Refused::Empty);
    }
    Ok(Alone { certificate, model })
}

fn carried_by(certificate: &Certificate) -> Result<GraphModel, Refused> {
    let about = certificate.about.as_ref().ok_or(Refused::NoConflict)?;
    let reading = read(about.to_string().as_bytes(), Limits::default());
    let model = reading.model.ok_or_else(|| {
        let problems = reading.problems.iter().map(ToString::to_string);
        Refused::BadConflict(problems.collect::<Vec<_>>().join("; "))
    })?;
    match model.states().count() {
        0..=MOST_CARRIED => Ok(model),
        many => Err(Refused::BadConflict(format!(
            "{many} states; at most {MOST_CARRIED} are carried"
        ))),
    }
}
