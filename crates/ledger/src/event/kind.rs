//! The kinds of events.

/// What sort of act or fact an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// A debtor says that it performed.
    Claim,
    /// Anybody reports something; changes no status alone.
    Report,
    /// Evidence is attached.
    Evidence,
    /// A verifier confirms.
    Verify,
    /// A verifier rejects a claim.
    Reject,
    /// A creditor accepts performance or cure.
    Accept,
    /// A claim or a notification is taken back.
    Withdraw,
    /// A party signs.
    Sign,
    /// A trigger of the text happens.
    Trigger,
    /// A trigger is cancelled.
    Cancel,
    /// The parties change the text.
    Amend,
    /// A creditor waives a duty.
    Waive,
    /// A hold begins.
    Suspend,
    /// A hold ends.
    Resume,
    /// A commitment is ended by those entitled to end it.
    Terminate,
    /// A party alleges non-performance.
    Allege,
    /// A dispute is referred to a body or stage.
    Refer,
    /// A clock is extended.
    Extend,
    /// A body decides.
    Resolve,
    /// A body gives an opinion.
    Opinion,
    /// A party deems something significant.
    Significant,
    /// A notification that starts a clock.
    Notify,
    /// A draft decision is tabled.
    Draft,
    /// A vote is taken (counted).
    Vote,
    /// One member's ballot.
    Ballot,
    /// A power is used.
    Exercise,
    /// A statement against an event, with no effect of its own.
    Object,
    /// A party recognises an event.
    Recognise,
    /// A party contests an event.
    Contest,
    /// A record is corrected: the event it names counts no more.
    Reverse,
    /// A party leaves.
    Leave,
}

impl EventKind {
    /// Whether it only says what happened.
    #[must_use]
    pub fn is_evidence(self) -> bool {
        matches!(
            self,
            Self::Claim | Self::Report | Self::Evidence | Self::Verify | Self::Reject | Self::Accept
        )
    }

    /// The words of event files.
    pub const WORDS: [(&'static str, Self); 31] = [
        ("claim", Self::Claim),
        ("report", Self::Report),
        ("evidence", Self::Evidence),
        ("verify", Self::Verify),
        ("reject", Self::Reject),
        ("accept", Self::Accept),
        ("withdraw", Self::Withdraw),
        ("sign", Self::Sign),
        ("trigger", Self::Trigger),
        ("cancel", Self::Cancel),
        ("amend", Self::Amend),
        ("waive", Self::Waive),
        ("suspend", Self::Suspend),
        ("resume", Self::Resume),
        ("terminate", Self::Terminate),
        ("allege", Self::Allege),
        ("refer", Self::Refer),
        ("extend", Self::Extend),
        ("resolve", Self::Resolve),
        ("opinion", Self::Opinion),
        ("significant", Self::Significant),
        ("notify", Self::Notify),
        ("draft", Self::Draft),
        ("vote", Self::Vote),
        ("ballot", Self::Ballot),
        ("exercise", Self::Exercise),
        ("object", Self::Object),
        ("recognise", Self::Recognise),
        ("contest", Self::Contest),
        ("reverse", Self::Reverse),
        ("leave", Self::Leave),
    ];

    /// The kind of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, kind)| *kind)
    }

    /// The word of a kind.
    #[must_use]
    pub fn word(self) -> &'static str {
        crate::words::word(&Self::WORDS, &self)
    }
}
