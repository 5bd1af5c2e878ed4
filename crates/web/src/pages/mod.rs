//! The pages, made on the server.

pub(crate) mod feeds;
pub(crate) mod form;
pub(crate) mod item;
pub(crate) mod layout;
pub(crate) mod overview;
pub(crate) mod sign_in;
pub(crate) mod submit;
pub(crate) mod text;
pub(crate) mod timeline;
