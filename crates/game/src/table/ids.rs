//! Typed ids of the explicit game: a state's number cannot be taken for a joint action's.

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The id with this position.
            ///
            /// # Panics
            /// When the position is beyond 32 bits; the limits of a game keep it far below.
            #[must_use]
            pub fn at(index: usize) -> Self {
                Self(u32::try_from(index).expect("within the limits of a game"))
            }

            /// The position.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// A state of an explicit game.
    TableState
);
id!(
    /// A joint action in one state; numbered through all states.
    Profile
);
id!(
    /// A distribution over next states; joint actions with the same one share it.
    Law
);
id!(
    /// A party of an explicit game.
    TableParty
);
