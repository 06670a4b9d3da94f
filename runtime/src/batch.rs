//! Many inputs through one layer: one after the other or, with the feature `rayon`, on all cores.
//!
//! Comes in: a [`Layer`], inputs, as many outputs. Goes out: the outputs. Must not know: what the layer computes.

use crate::{Layer, Level, WrongLength, buffer};

/// Computes each of `outputs` from the input of the same index.
pub(crate) fn forward<L: Layer>(layer: &L, inputs: &[L::Input], outputs: &mut [L::Output]) -> Result<(), WrongLength> {
    WrongLength::check("outputs, one for each input,", inputs.len(), outputs.len())?;
    let level = crate::__private::level();
    // In this order: asking for the number of threads starts rayon's pool, which a small batch does without.
    #[cfg(feature = "rayon")]
    if inputs.len() > least_images::<L>() && rayon::current_num_threads() > 1 {
        on_all_cores(layer, level, inputs, outputs);
        return Ok(());
    }
    one_by_one(layer, level, inputs, outputs);
    Ok(())
}

/// All images on this thread.
fn one_by_one<L: Layer>(layer: &L, level: Level, inputs: &[L::Input], outputs: &mut [L::Output]) {
    buffer::with_zeroed(|scratch| {
        for (input, output) in inputs.iter().zip(outputs) {
            layer.forward_at(level, input, output, scratch);
        }
    });
}

/// The images in turns of rayon's threads, each with its own memory to work in.
#[cfg(feature = "rayon")]
fn on_all_cores<L: Layer>(layer: &L, level: Level, inputs: &[L::Input], outputs: &mut [L::Output]) {
    use rayon::prelude::*;

    use crate::Buffer;

    inputs
        .par_iter()
        .zip(outputs)
        .with_min_len(least_images::<L>())
        .for_each_init(L::Scratch::zeroed, |scratch, (input, output)| layer.forward_at(level, input, output, scratch));
}

/// The images of one task at the least: enough of them that waking a thread for a task, some microseconds, is little beside it.
#[cfg(feature = "rayon")]
fn least_images<L: Layer>() -> usize {
    use crate::Buffer;

    /// Multiply-adds, and elements read and written, of a task: 20 to 40 microseconds on a fast core.
    const TASK: u64 = 1 << 20;
    let image = L::MACS + (L::Input::LEN + L::Output::LEN) as u64;
    usize::try_from(TASK.div_ceil(image.max(1))).unwrap_or(usize::MAX)
}
