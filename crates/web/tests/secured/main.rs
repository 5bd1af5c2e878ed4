//! The board as it is run for others than its own machine: over TLS, with sign-in by OpenID Connect.

mod openid;
mod running;
mod sessions;
mod statements;
mod tls;
