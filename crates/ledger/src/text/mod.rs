//! The text that is signed: its bytes, its tree, and the agreement that it states.

pub mod agreement;
mod commitment;
pub mod document;
pub mod fields;
mod names;
mod procedure;
mod read;
mod read_commitment;
mod read_procedure;

pub use document::Complaint;
pub use read::read;

use agreement::Agreement;
use document::Node;

use crate::status::readings;

/// An agreement's text: the bytes that are hashed and signed, with what they say.
#[derive(Debug, Clone)]
pub struct Text {
    /// SHA-256 of the bytes, in hex: what signatures bind.
    pub hash: String,
    /// The tree, so that readings and amendments can change named fields.
    pub tree: Node,
    /// What it says as written.
    pub agreement: Agreement,
}

impl Text {
    /// Reads a text with all its errors.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(source: &str) -> Result<Self, Vec<Complaint>> {
        let tree = document::parse(source)?;
        let agreement = read(&tree)?;
        check_readings(&tree, &agreement)?;
        Ok(Self {
            hash: crate::canonical::hex(&crate::canonical::sha256(source.as_bytes())),
            tree,
            agreement,
        })
    }

    /// The same text with some fields set; the hash stays that of the signed bytes.
    ///
    /// # Errors
    /// What is wrong with the changed text.
    pub fn with(&self, changes: &[(String, Node)]) -> Result<Agreement, Vec<Complaint>> {
        let mut tree = self.tree.clone();
        for (path, node) in changes {
            tree.set(path, node).map_err(|name| {
                let what = format!("`{path}` cannot be set: `{name}` is not a table");
                vec![Complaint::new(node.place.clone(), what)]
            })?;
        }
        read(&tree)
    }
}

/// Every reading must give a text that can be read: each option alone, and the options that are left open together.
fn check_readings(tree: &Node, agreement: &Agreement) -> Result<(), Vec<Complaint>> {
    let mut all = Vec::new();
    for reading in &agreement.readings {
        for option in &reading.options {
            check_combination(tree, &option.id, &option.set, &mut all);
        }
    }
    let settled: Vec<Option<&str>> = agreement
        .readings
        .iter()
        .map(|reading| reading.settled.as_deref())
        .collect();
    match readings::combinations(&agreement.readings, &settled) {
        // What an option does alone was said already.
        Some(combinations) if all.is_empty() => {
            for own in &combinations {
                check_combination(tree, &own.name, &own.changes, &mut all);
                if !all.is_empty() {
                    break;
                }
            }
        }
        Some(_) => {}
        None => {
            let what = format!(
                "the readings have more than {} combinations, which is how many are followed",
                readings::MOST_READINGS
            );
            let complaint = Complaint::new(place_of_readings(tree), what);
            all.push(complaint.hint("settle some of them with `settled`"));
        }
    }
    if all.is_empty() { Ok(()) } else { Err(all) }
}

fn place_of_readings(tree: &Node) -> std::ops::Range<usize> {
    let document::Value::Table(fields) = &tree.value else {
        return tree.place.clone();
    };
    fields
        .get("readings")
        .map_or(tree.place.clone(), |field| field.key.clone())
}

fn check_combination(tree: &Node, name: &str, set: &[(String, Node)], all: &mut Vec<Complaint>) {
    let mut changed = tree.clone();
    for (path, node) in set {
        if let Err(name) = changed.set(path, node) {
            let what = format!("`{path}` cannot be set: `{name}` is not a table");
            all.push(Complaint::new(node.place.clone(), what));
        }
    }
    if let Err(complaints) = read(&changed) {
        all.extend(complaints.into_iter().map(|mut complaint| {
            complaint.what = format!("read as `{name}`: {}", complaint.what);
            complaint
        }));
    }
}
