//! The report as a picture: GFLOP/s of everybody on every shape, beside the peak.
//!
//! Comes in: measured rows. Goes out: an SVG file.

use std::ops::Range;
use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::measure::Row;
use crate::timing::Stats;

/// Height of a panel, and of the title, in pixels.
const HEIGHT: u32 = 380;
const TITLE: u32 = 40;

/// Width that the bars of a panel have at most, in pixels: what is more goes into another panel below.
const WIDEST: usize = 1300;

/// Width of one bar, and of the gap between two shapes, in pixels.
const BAR: usize = 11;

/// Least width of one shape's bars, so that its name fits under them, in pixels.
const GROUP: usize = 84;

/// Room for the numbers of the axis and the margins, in pixels.
const MARGINS: usize = 100;

/// Width of the legend, and height of one line of it, in pixels.
const LEGEND: (usize, i32) = (190, 22);

/// Ours, by level: the strongest colours.
const OURS: [RGBColor; 5] = [
    RGBColor(196, 30, 58),
    RGBColor(240, 128, 60),
    RGBColor(245, 180, 80),
    RGBColor(250, 210, 140),
    RGBColor(250, 230, 190),
];

/// Everybody else, in an order in which neighbours differ.
const THEIRS: [RGBColor; 16] = [
    RGBColor(31, 78, 140),
    RGBColor(90, 160, 210),
    RGBColor(34, 110, 90),
    RGBColor(120, 190, 150),
    RGBColor(100, 80, 150),
    RGBColor(170, 150, 205),
    RGBColor(90, 90, 90),
    RGBColor(160, 160, 160),
    RGBColor(120, 90, 60),
    RGBColor(190, 165, 130),
    RGBColor(0, 150, 160),
    RGBColor(150, 220, 225),
    RGBColor(150, 60, 120),
    RGBColor(225, 150, 195),
    RGBColor(125, 135, 30),
    RGBColor(200, 205, 90),
];

/// One colour of the picture: a name and its GFLOP/s on each shape.
struct Series {
    name: String,
    colour: RGBColor,
    values: Vec<f64>,
}

/// Draws `rows` to `file`.
///
/// # Errors
///
/// If the file cannot be written.
pub fn draw(rows: &[Row], file: &Path) -> Result<()> {
    let series = series(rows);
    let peaks = peaks(rows);
    let bars = series.iter().flat_map(|series| &series.values).copied();
    let highest = peaks.iter().map(|(_, peak)| *peak).chain(bars).fold(0.0, f64::max);
    let group = ((series.len() + 1) * BAR).max(GROUP);
    let groups = (WIDEST / group).clamp(1, rows.len());
    let panels = rows.len().div_ceil(groups);
    let width = groups * group + MARGINS;

    let size = ((width + LEGEND.0) as u32, TITLE + HEIGHT * panels as u32);
    let root = page(file, size, "Convolutions on one core: GFLOP/s on true multiply-adds")?;
    let (plots, legend) = root.split_horizontally(width as u32);
    for (panel, (plot, rows)) in plots.split_evenly((panels, 1)).iter().zip(rows.chunks(groups)).enumerate() {
        draw_panel(plot, rows, panel * groups..(panel + 1) * groups, (&series, &peaks, highest))?;
    }
    draw_legend(&legend, &series, &peaks)?;
    root.present().map_err(|error| anyhow!("{error}"))
}

/// A white page with a title.
///
/// # Errors
///
/// If it cannot be drawn on.
pub fn page<'a>(file: &'a Path, size: (u32, u32), title: &str) -> Result<Area<'a>> {
    let root = SVGBackend::new(file, size).into_drawing_area();
    root.fill(&WHITE).map_err(|error| anyhow!("{error}"))?;
    root.titled(title, ("sans-serif", 20)).map_err(|error| anyhow!("{error}"))
}

/// The bars of some rows, at these `places` of all; the last panel may have room for more than there are.
fn draw_panel(
    plot: &Area,
    rows: &[Row],
    places: Range<usize>,
    (series, peaks, highest): (&[Series], &[(&'static str, f64)], f64),
) -> Result<()> {
    let mut chart = ChartBuilder::on(plot)
        .margin(12)
        .x_label_area_size(64)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..places.len() as f64, 0.0..highest * 1.05)
        .map_err(|error| anyhow!("{error}"))?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .x_labels(0)
        .y_desc("GFLOP/s")
        .y_label_formatter(&|value| format!("{value:.0}"))
        .label_style(("sans-serif", 14))
        .draw()
        .map_err(|error| anyhow!("{error}"))?;
    draw_bars(&mut chart, series, places.start, rows.len())?;
    draw_peaks(&mut chart, peaks, places.len())?;
    draw_names(&chart, plot, rows)
}

/// Ours first, one series a level, then everybody else by first appearance. A missing result is a bar of no height.
fn series(rows: &[Row]) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    for is_ours in [true, false] {
        for (place, row, name, result) in rows.iter().enumerate().flat_map(|(place, row)| results(place, row, is_ours))
        {
            let known = all.iter().position(|series| series.name == name);
            let index = known.unwrap_or_else(|| {
                let earlier = all.iter().filter(|series| series.name.starts_with("toeplitz ") == is_ours).count();
                let colours: &[RGBColor] = if is_ours { &OURS } else { &THEIRS };
                let colour = colours[earlier % colours.len()];
                all.push(Series { name, colour, values: vec![0.0; rows.len()] });
                all.len() - 1
            });
            let rate = |stats: &Stats| row.flops / stats.median / 1e9;
            all[index].values[place] = result.as_ref().map_or(0.0, rate);
        }
    }
    all
}

/// The results of ours or of everybody else in the row at `place`, with that and with their names.
fn results(place: usize, row: &Row, ours: bool) -> Vec<(usize, &Row, String, &Result<Stats>)> {
    if ours {
        row.ours.iter().map(|ours| (place, row, format!("toeplitz {}", ours.name), &ours.result)).collect()
    } else {
        row.peers.iter().map(|peer| (place, row, peer.name.clone(), &peer.result)).collect()
    }
}

/// The peak of each level in GFLOP/s: the median over the rows.
fn peaks(rows: &[Row]) -> Vec<(&'static str, f64)> {
    let all = rows.iter().flat_map(|row| &row.ours);
    let mut levels = Vec::new();
    for ours in all.clone() {
        if !levels.contains(&ours.level) {
            levels.push(ours.level);
        }
    }
    let peak = |level: &'static str| {
        let mut peaks: Vec<f64> =
            all.clone().filter(|ours| ours.level == level).map(|ours| ours.peak.median / 1e9).collect();
        peaks.sort_by(f64::total_cmp);
        (level, peaks[peaks.len() / 2])
    };
    levels.into_iter().map(peak).collect()
}

/// A part of a page.
pub type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// One group of bars a shape, of so many from the `first` on; half a bar's room is left at either end of a group.
fn draw_bars(chart: &mut Chart, series: &[Series], first: usize, groups: usize) -> Result<()> {
    let width = 1.0 / (series.len() + 1) as f64;
    for (place, Series { colour, values, .. }) in series.iter().enumerate() {
        let bars = values[first..][..groups].iter().enumerate().map(|(group, &value)| {
            let left = group as f64 + (place as f64 + 0.5) * width;
            Rectangle::new([(left, 0.0), (left + width * 0.92, value)], colour.filled())
        });
        chart.draw_series(bars).map_err(|error| anyhow!("{error}"))?;
    }
    Ok(())
}

/// One line a level, in the colour of its bars.
fn draw_peaks(chart: &mut Chart, peaks: &[(&'static str, f64)], groups: usize) -> Result<()> {
    for ((_, peak), colour) in peaks.iter().zip(OURS.iter().cycle()) {
        let line = PathElement::new([(0.0, *peak), (groups as f64, *peak)], colour.stroke_width(1));
        chart.draw_series([line]).map_err(|error| anyhow!("{error}"))?;
    }
    Ok(())
}

/// Each group's name and shape under it, a line for each part.
fn draw_names(chart: &Chart, plot: &Area, rows: &[Row]) -> Result<()> {
    let style = TextStyle::from(("sans-serif", 12)).pos(Pos::new(HPos::Center, VPos::Top));
    let top = plot.get_pixel_range().1.start;
    for (group, row) in rows.iter().enumerate() {
        let (x, y) = chart.backend_coord(&(group as f64 + 0.5, 0.0));
        let parts = row.shape.split(" -> ").flat_map(|part| part.split(", "));
        for (line, text) in (0..).zip(std::iter::once(row.name).chain(parts)) {
            plot.draw_text(text, &style, (x, y - top + 5 + 14 * line)).map_err(|error| anyhow!("{error}"))?;
        }
    }
    Ok(())
}

/// A box and a name for every series, then a line and a name for every peak.
fn draw_legend(legend: &Area, series: &[Series], peaks: &[(&'static str, f64)]) -> Result<()> {
    let boxes = series.iter().map(|series| (series.name.clone(), series.colour, 5));
    let lines = peaks.iter().zip(OURS.iter().cycle()).map(|((level, _), colour)| (format!("peak {level}"), *colour, 1));
    let style = TextStyle::from(("sans-serif", 14)).pos(Pos::new(HPos::Left, VPos::Center));
    for (place, (name, colour, half)) in (0..).zip(boxes.chain(lines)) {
        let y = 60 + LEGEND.1 * place;
        let sample = Rectangle::new([(4, y - half), (20, y + half)], colour.filled());
        legend.draw(&sample).map_err(|error| anyhow!("{error}"))?;
        legend.draw_text(&name, &style, (28, y)).map_err(|error| anyhow!("{error}"))?;
    }
    Ok(())
}
