//! Typed ids: a party's number cannot be taken for an issue's.

macro_rules! id {
    ($(#[$meta:meta])* $name:ident($inner:ty)) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// The id with this position in the case.
            ///
            /// # Panics
            /// When the position does not fit; the limits of a case keep it far below.
            #[must_use]
            #[inline]
            pub fn at(index: usize) -> Self {
                Self(<$inner>::try_from(index).expect("within the limits of a case"))
            }

            /// The position in the case.
            #[must_use]
            #[inline]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The first `count` ids.
            pub fn first(count: usize) -> impl DoubleEndedIterator<Item = Self> + Clone {
                (0..count).map(Self::at)
            }
        }
    };
}

id!(
    /// A party.
    PartyId(u8)
);
id!(
    /// An issue.
    IssueId(u16)
);
id!(
    /// A level of an issue, from 0.
    Level(u8)
);
id!(
    /// A state of the game: one level per issue.
    StateId(u32)
);
id!(
    /// A judgement of the case.
    JudgementId(u32)
);
id!(
    /// A source of the case.
    SourceId(u16)
);
id!(
    /// A type of one party, in the order of the case.
    TypeId(u8)
);
