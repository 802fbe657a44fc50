//! WordPress as it really is.
