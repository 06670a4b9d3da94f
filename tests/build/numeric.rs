//! To be written.
/// Writes the generated test source into `out`.
pub(crate) fn write(_out: &std::path::Path) {}
