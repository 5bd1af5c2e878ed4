//! What the board holds: the store, the record for asking, sessions, and who is to be told of news.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use detente_ledger::event::Event;
use detente_ledger::log::{Entry, Log, Receipt};
use detente_ledger::moment::{Moment, parse_as_of};
use detente_ledger::status::{Question, Record, Status, status};
use detente_ledger::store::{Appended, Clock, Store, StoreError};
use detente_ledger::text::Text;
use serde::Deserialize;
use tokio::sync::broadcast;

use crate::PublicTier;
use crate::challenge::Challenges;
use crate::guard::Buckets;
use crate::openid::{OpenId, Person};
use crate::pages::layout::Sight;
use crate::session::Session;

/// The board's state.
#[derive(Debug)]
pub struct Board {
    store: tokio::sync::Mutex<Store>,
    /// The text, which never changes.
    pub(crate) text: Text,
    /// The text as it was signed.
    pub(crate) source: String,
    record: RwLock<Shown>,
    pub(crate) sessions: Mutex<HashMap<String, Session>>,
    pub(crate) buckets: Mutex<Buckets>,
    pub(crate) public: PublicTier,
    /// Whether the board speaks TLS.
    pub(crate) secure: bool,
    pub(crate) openid: Option<OpenId>,
    pub(crate) challenges: Challenges,
    /// What tells this board's cookies from those of other boards of the same machine: its deal and its port.
    pub(crate) name: String,
    pub(crate) news: broadcast::Sender<u64>,
}

/// How a board is run.
#[derive(Debug)]
pub(crate) struct How {
    pub public: PublicTier,
    /// Whether it speaks TLS.
    pub secure: bool,
    pub openid: Option<OpenId>,
    pub port: u16,
}

/// Who signed an event, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignedBy {
    /// The entry's place.
    pub seq: u64,
    /// Persons and their public keys.
    pub by: Vec<(String, String)>,
}

#[derive(Debug)]
struct Shown {
    record: Record,
    /// The same without anybody's own words, for those who have not signed in where they see a summary only.
    summary: Record,
    events: usize,
    /// How often the ledger had set earlier times right.
    set_right: usize,
    size: u64,
    root: String,
}

/// What a reader asks in the address: `?at=…&known=…&viewer=…`.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub at: String,
    #[serde(default)]
    pub known: String,
    #[serde(default)]
    pub viewer: String,
}

impl Board {
    pub(crate) fn new(store: Store, how: How) -> Self {
        let log = store.log();
        let public = how.public;
        let deal: String = log.deal().chars().take(16).collect();
        let shown = Shown {
            record: log.record(),
            summary: summary(log, public),
            events: log.events().len(),
            set_right: log.times_set_right(),
            size: log.size(),
            root: detente_ledger::canonical::hex(&log.root()),
        };
        Self {
            text: log.text.clone(),
            source: log.source.clone(),
            record: RwLock::new(shown),
            store: tokio::sync::Mutex::new(store),
            sessions: Mutex::default(),
            buckets: Mutex::default(),
            public,
            secure: how.secure,
            openid: how.openid,
            challenges: Challenges::default(),
            name: format!("{deal}-{}", how.port),
            news: broadcast::channel(16).0,
        }
    }

    pub(crate) fn lock<'m, T>(&self, mutex: &'m Mutex<T>) -> MutexGuard<'m, T> {
        // A reader that panicked has left whole values behind: each change is one insertion.
        mutex.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many entries, and their root.
    pub(crate) fn head(&self) -> (u64, String) {
        let shown = self.record.read().unwrap_or_else(PoisonError::into_inner);
        (shown.size, shown.root.clone())
    }

    /// Looks at the record.
    pub(crate) fn with_record<T>(&self, look: impl FnOnce(&Record) -> T) -> T {
        look(&self.record.read().unwrap_or_else(PoisonError::into_inner).record)
    }

    /// Answers what is asked; an unreadable date is an answer in words.
    pub(crate) fn answer(&self, asked: &Asked, sight: Sight) -> Result<Status, String> {
        let now = Moment::instant(jiff::Timestamp::now());
        let zone = &self.text.agreement.zone;
        let moment = |words: &str, or: Moment| {
            if words.trim().is_empty() {
                return Ok(or);
            }
            parse_as_of(words, zone).map_err(|error| error.to_string())
        };
        let at = moment(&asked.at, now)?;
        let mut question = Question::at(at);
        question.known = moment(&asked.known, at)?;
        if !asked.viewer.trim().is_empty() {
            question.viewer = Some(asked.viewer.trim().to_owned());
        }
        let shown = self.record.read().unwrap_or_else(PoisonError::into_inner);
        let record = match sight {
            Sight::Summary => &shown.summary,
            Sight::Full => &shown.record,
        };
        status(&self.text, record, &question).map_err(|error| error.to_string())
    }

    /// The deal's name, for signing.
    pub(crate) fn deal(&self) -> &str {
        &self.text.hash
    }

    /// Appends entries, all or none; they are shown when they are on disk.
    pub(crate) async fn append(
        &self,
        entries: &[Entry],
    ) -> Result<(Vec<Appended>, Vec<Receipt>), StoreError> {
        let mut store = self.store.lock().await;
        let appended = store.append(entries, Clock::read(jiff::Timestamp::now)).await?;
        self.show(&store);
        let receipts = store.receipts(&appended).await?;
        Ok((appended, receipts))
    }

    /// The receipt of an entry.
    pub(crate) async fn receipt(&self, seq: u64) -> Result<Option<Receipt>, StoreError> {
        let store = self.store.lock().await;
        if seq >= store.log().size() {
            return Ok(None);
        }
        Ok(store.receipts_of(&[seq]).await?.pop())
    }

    /// Who signed events, in their order; nothing of an event that no entry carries (a reversal by a revoked key).
    pub(crate) async fn signed_by(&self, ids: &[&str]) -> Vec<Option<SignedBy>> {
        let store = self.store.lock().await;
        let log = store.log();
        let of_one = |id: &&str| {
            let (seq, keys) = log.signed(id)?;
            let person = |key: &String| log.keys().get(key).map(|known| known.person.clone());
            let by = keys
                .iter()
                .map(|key| (person(key).unwrap_or_default(), key.clone()));
            Some(SignedBy {
                seq,
                by: by.collect(),
            })
        };
        ids.iter().map(of_one).collect()
    }

    /// Lets go of the ledger in good order, when the board ends.
    pub(crate) async fn close(&self) {
        self.store.lock().await.finish().await;
    }

    /// Takes in what other programs have appended to the same ledger.
    pub(crate) async fn catch_up(&self) {
        let mut store = self.store.lock().await;
        if store.catch_up().await.is_ok() {
            self.show(&store);
        }
    }

    /// Whether a key is registered for a person and not revoked.
    pub(crate) async fn knows(&self, person: &str, key: &str) -> bool {
        let store = self.store.lock().await;
        store
            .log()
            .keys()
            .get(key)
            .is_some_and(|known| known.person == person && known.revoked.is_none())
    }

    /// Whether an identity is somebody in this deal, and its key, if the board holds one, is registered.
    pub(crate) async fn admits(&self, person: &Person) -> Result<(), String> {
        let agreement = &self.text.agreement;
        let name = &person.name;
        if !agreement.parties.contains_key(name) && !agreement.others.contains_key(name) {
            return Err(format!("`{name}` is nobody in this text"));
        }
        match &person.key {
            Some(key) if !self.knows(name, &key.public()).await => Err(format!(
                "the key of {name} is not registered in the ledger, or was revoked"
            )),
            _ => Ok(()),
        }
    }

    fn show(&self, store: &Store) {
        let log = store.log();
        let mut shown = self.record.write().unwrap_or_else(PoisonError::into_inner);
        if shown.size == log.size() {
            return;
        }
        if shown.set_right == log.times_set_right() {
            for event in log.events().get(shown.events..).unwrap_or_default() {
                shown.record.add(event.clone());
                if self.public == PublicTier::Summary {
                    shown.summary.add(event.without_words());
                }
            }
        } else {
            shown.record = log.record();
            shown.summary = summary(log, self.public);
            shown.set_right = log.times_set_right();
        }
        shown.events = log.events().len();
        shown.size = log.size();
        shown.root = detente_ledger::canonical::hex(&log.root());
        // Nobody listening is no error.
        let _ = self.news.send(log.size());
    }
}

/// The record for those who see a summary only; empty where nobody does.
fn summary(log: &Log, public: PublicTier) -> Record {
    match public {
        PublicTier::Summary => Record::new(log.events().iter().map(Event::without_words).collect()),
        PublicTier::None | PublicTier::All => Record::default(),
    }
}
