//! What the program does, from arguments to the last line it prints.
//!
//! Comes in: the arguments and where to print. Goes out: an error if a file is bad, or a result is not what another
//! crate computes. Must not know: how a filter works, how a table or a sheet looks.

use std::{
    fs,
    hint::black_box,
    io::Write,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use image::DynamicImage;
use toeplitz_examples::pictures;

use crate::{
    args::Args,
    filters::{self, Filter},
    peers::{self, Peer},
    pictures::Source,
    sheet,
    table::{self, Comparison, Row},
};

/// Filters, measures and compares, and reports on `out`.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let path = args.image.clone().unwrap_or_else(shipped);
    let source = Source::load(&path)?;
    // Before the work, so that a bad path is known at once.
    let folder = &args.out_dir;
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made a folder", folder.display()))?;

    let (width, height) = source.colour.dimensions();
    writeln!(out, "{}: {width}x{height} pixels\n", path.display())?;
    let mut results = Vec::new();
    let mut rows = Vec::new();
    for filter in filters::all() {
        let (row, result) = measure(filter, &source, args.seconds);
        pictures::save(&result, &folder.join(format!("{}.png", row.filter.file)))?;
        results.push((row.filter.name, result));
        rows.push(row);
    }
    pictures::save(&sheet::draw(&source, &results).into(), &folder.join("sheet.png"))?;

    table::print(out, &rows)?;
    writeln!(out, "\nresults, and all of them on {}", folder.join("sheet.png").display())?;
    for Row { filter, peers, .. } in &rows {
        for (Peer { name, tolerance, edges, .. }, comparison) in peers {
            let largest = if *edges { comparison.inside.max(comparison.edge) } else { comparison.inside };
            ensure!(
                largest <= *tolerance,
                "{}: {largest} levels from {name}, expected at most {tolerance}",
                filter.name
            );
        }
    }
    Ok(())
}

/// The picture that comes with the program.
pub(crate) fn shipped() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "data", "filters", "harbour.png"].iter().collect()
}

/// Times a filter and its peers, and compares their results with its own, which is returned, too.
fn measure(filter: Filter, source: &Source, seconds: Duration) -> (Row, DynamicImage) {
    let mut layer = Duration::MAX;
    let (time, result) = fastest(seconds, || {
        let (result, of_layer) = (filter.apply)(black_box(source));
        layer = layer.min(of_layer);
        result
    });
    let compare = |peer: Peer| {
        let (time, theirs) = fastest(seconds, || (peer.apply)(black_box(source)));
        let [inside, edge] = differences(&result, &theirs, filter.edge);
        (peer, Comparison { time, inside, edge })
    };
    let peers = peers::of(filter.file).into_iter().map(compare).collect();
    (Row { filter, time, layer, peers }, result)
}

/// The fastest of the runs that fit into `seconds`, and the last one's result: whatever else goes on in a machine can only
/// make one slower. One more comes first, uncounted, to bring code and data into the caches.
fn fastest<T>(seconds: Duration, mut run: impl FnMut() -> T) -> (Duration, T) {
    run();
    let (begin, mut best) = (Instant::now(), Duration::MAX);
    loop {
        let start = Instant::now();
        let result = black_box(run());
        best = best.min(start.elapsed());
        if begin.elapsed() >= seconds {
            return (best, result);
        }
    }
}

/// The largest differences of two pictures' samples, in levels of 255: further than `edge` pixels from the picture's edge, and
/// nearer to it.
pub(crate) fn differences(ours: &DynamicImage, theirs: &DynamicImage, edge: u32) -> [u16; 2] {
    let (width, height) = (ours.width(), ours.height());
    let channels = u32::from(ours.color().channel_count());
    let mut largest = [0; 2];
    for (at, (ours, theirs)) in (0..).zip(levels(ours).zip(levels(theirs))) {
        let (x, y) = (at / channels % width, at / channels / width);
        let near = x.min(y).min(width - 1 - x).min(height - 1 - y) < edge;
        let place = &mut largest[usize::from(near)];
        *place = ours.abs_diff(theirs).max(*place);
    }
    largest
}

/// All samples, those of 16 bits cut off at 255.
fn levels(picture: &DynamicImage) -> Box<dyn Iterator<Item = u16> + '_> {
    match picture {
        DynamicImage::ImageLuma16(picture) => Box::new(picture.iter().map(|&sample| sample.min(255))),
        _ => Box::new(picture.as_bytes().iter().map(|&sample| u16::from(sample))),
    }
}
