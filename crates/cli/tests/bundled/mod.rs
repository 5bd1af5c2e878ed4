//! The bundled cases that anybody may start from.

/// Their folders in `cases/`.
pub const CASES: [&str; 6] = [
    "korea-2020",
    "korea-toy",
    "korea-prototype",
    "ceasefire",
    "tariff-truce",
    "river",
];
