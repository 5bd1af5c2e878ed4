//! The kinds of assertion that can be decided, and the parts that each of them looks at.

/// The kinds of assertion the program can decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimKind {
    /// A deal reaching `target` is self-enforcing from today.
    Possible,
    /// Some answer from today leads all named parties to more than the path `against`.
    RoomToAnswer,
    /// `set` costs its mover about nothing, is worth something to another and adds no exposure.
    Gesture,
    /// More settlements satisfying `target` are self-enforcing as the case stands than under the variants.
    Enables,
    /// The gesture `set` is cheap and, by the variants, widens the set of deals.
    Widens,
    /// The exchange `set` is self-enforcing from today and better than no deal for the parties.
    Exchange,
    /// A series of steps reaches settlements satisfying `target` that no single exchange reaches.
    Series,
    /// With the enforcement of the parties more is self-enforcing than under the variants without it.
    Coalition,
    /// `target` is possible and becomes impossible under the variants.
    DependsOn,
    /// What offers reveal about types, and the prior above which they pay.
    Types,
    /// Setting `set` all at once is not self-enforcing; the variants each remove one reason.
    AllAtOnceFails,
    /// A settlement satisfying `target` is self-enforcing and better than today for every party.
    LimitedIsBetter,
    /// `target` beats `against` for the parties, and whether it is self-enforcing by itself.
    QuietIsBetter,
    /// Possible today, and the date at which it stops being so.
    Window,
    /// All small self-enforcing exchanges; regret of offering against not offering.
    SmallAreas,
}

/// A part of a claim that not every kind looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimPart {
    /// `target`.
    Target,
    /// `against`.
    Against,
    /// `set`.
    Set,
    /// `variants`.
    Variants,
    /// `parties`.
    Parties,
    /// `deals`.
    Deals,
    /// `about_nothing`.
    AboutNothing,
}

impl ClaimPart {
    /// Every part with its name in the file.
    pub const ALL: [(&'static str, Self); 7] = [
        ("target", Self::Target),
        ("against", Self::Against),
        ("set", Self::Set),
        ("variants", Self::Variants),
        ("parties", Self::Parties),
        ("deals", Self::Deals),
        ("about_nothing", Self::AboutNothing),
    ];
}

/// What the parts of a claim of some kind are: those it cannot do without, and those it looks at if they are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimParts {
    /// Without these nothing can be decided.
    pub needed: &'static [ClaimPart],
    /// These change what is decided.
    pub optional: &'static [ClaimPart],
}

impl ClaimKind {
    /// The parts that claims of this kind have; no decider looks at any other, and `check` refuses those.
    #[must_use]
    pub fn parts(self) -> ClaimParts {
        use ClaimPart as P;
        let (needed, optional): (&'static [P], &'static [P]) = match self {
            Self::Possible | Self::Series | Self::Window => (&[P::Target], &[]),
            Self::RoomToAnswer => (&[P::Against], &[P::Target, P::Parties]),
            Self::Gesture => (&[P::Set], &[P::AboutNothing, P::Parties]),
            Self::Enables | Self::DependsOn => (&[P::Target, P::Variants], &[]),
            Self::Widens => (&[P::Set, P::Variants], &[P::Target, P::AboutNothing, P::Parties]),
            Self::Exchange => (&[P::Set], &[P::Parties]),
            Self::Coalition => (&[P::Variants], &[P::Target, P::Parties]),
            Self::Types | Self::SmallAreas => (&[], &[P::Deals, P::Parties]),
            Self::AllAtOnceFails => (&[P::Set], &[P::Variants]),
            Self::LimitedIsBetter => (&[P::Target], &[P::Parties]),
            Self::QuietIsBetter => (&[P::Target, P::Against], &[P::Parties]),
        };
        ClaimParts { needed, optional }
    }

    /// Every kind with its name in the file.
    pub const ALL: [(&'static str, Self); 15] = [
        ("possible", Self::Possible),
        ("room-to-answer", Self::RoomToAnswer),
        ("gesture", Self::Gesture),
        ("enables", Self::Enables),
        ("widens", Self::Widens),
        ("exchange", Self::Exchange),
        ("series", Self::Series),
        ("coalition", Self::Coalition),
        ("depends-on", Self::DependsOn),
        ("types", Self::Types),
        ("all-at-once-fails", Self::AllAtOnceFails),
        ("limited-is-better", Self::LimitedIsBetter),
        ("quiet-is-better", Self::QuietIsBetter),
        ("window", Self::Window),
        ("small-areas", Self::SmallAreas),
    ];

    /// The names of all kinds.
    #[must_use]
    pub fn names() -> [&'static str; 15] {
        Self::ALL.map(|(name, _)| name)
    }

    /// Its name in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(name, _)| name)
    }
}
