//! The report as a picture: GFLOP/s of everybody on every shape, beside the peak.
//!
//! Comes in: measured rows. Goes out: an SVG file.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::measure::Row;
use crate::timing::Stats;

/// Height of the picture in pixels.
const HEIGHT: u32 = 560;

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
const THEIRS: [RGBColor; 10] = [
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
    let width = rows.len() * group + MARGINS;

    let root = SVGBackend::new(file, ((width + LEGEND.0) as u32, HEIGHT)).into_drawing_area();
    root.fill(&WHITE).map_err(|error| anyhow!("{error}"))?;
    let (plot, legend) = root.split_horizontally(width as u32);
    let mut chart = ChartBuilder::on(&plot)
        .caption("Convolutions on one core: GFLOP/s on true multiply-adds", ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(64)
        .y_label_area_size(64)
        .build_cartesian_2d(0.0..rows.len() as f64, 0.0..highest * 1.05)
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
    draw_bars(&mut chart, &series)?;
    draw_peaks(&mut chart, &peaks, rows.len())?;
    draw_names(&chart, &plot, rows)?;
    draw_legend(&legend, &series, &peaks)?;
    root.present().map_err(|error| anyhow!("{error}"))
}

/// Ours first, one series a level, then everybody else by first appearance. A missing result is a bar of no height.
fn series(rows: &[Row]) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let ours = row.ours.iter().map(|ours| (format!("toeplitz {}", ours.name), &ours.result, true));
        let peers = row.peers.iter().map(|peer| (peer.name.clone(), &peer.result, false));
        for (name, result, is_ours) in ours.chain(peers) {
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

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Chart<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// One group of bars a shape; half a bar's room is left at either end of a group.
fn draw_bars(chart: &mut Chart, series: &[Series]) -> Result<()> {
    let width = 1.0 / (series.len() + 1) as f64;
    for (place, Series { colour, values, .. }) in series.iter().enumerate() {
        let bars = values.iter().enumerate().map(|(group, &value)| {
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
    for (group, row) in rows.iter().enumerate() {
        let (x, y) = chart.backend_coord(&(group as f64 + 0.5, 0.0));
        let parts = row.shape.split(" -> ").flat_map(|part| part.split(", "));
        for (line, text) in (0..).zip(std::iter::once(row.name).chain(parts)) {
            plot.draw_text(text, &style, (x, y + 5 + 14 * line)).map_err(|error| anyhow!("{error}"))?;
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
