//! Lines against a size, as a picture of two panels.
//!
//! Comes in: points. Goes out: an SVG file. Must not know: what was measured.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::ranged1d::{AsRangedCoord, ValueFormatter};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::chart::{Area, page};

/// Width and height of the picture, and of its legend, in pixels.
const SIZE: (u32, u32) = (1000, 860);
const LEGEND: u32 = 60;

/// Room that the name of a point takes under the axis, in pixels: one that is nearer to its neighbour is a line lower.
const NAME: i32 = 72;

/// The colours of the lines: neighbours belong together.
const COLOURS: [RGBColor; 4] =
    [RGBColor(196, 30, 58), RGBColor(240, 148, 80), RGBColor(31, 78, 140), RGBColor(90, 160, 210)];

/// One point of a line.
pub struct Point {
    /// What stands under the axis.
    pub name: &'static str,
    /// Where: more than 0.
    pub x: f64,
    /// What was measured: more than 0.
    pub y: f64,
}

/// A line.
pub struct Line {
    /// Its name in the legend.
    pub name: String,
    /// From left to right.
    pub points: Vec<Point>,
}

/// Two panels, one below the other, over the same sizes, which are drawn by their logarithms.
pub struct Picture {
    /// What stands over it.
    pub title: &'static str,
    /// What the sizes are.
    pub across: &'static str,
    /// What the upper panel shows, from 0 on, and its lines.
    pub linear: (&'static str, Vec<Line>),
    /// What the lower one shows, by its logarithm, and its lines, which have the names of those above.
    pub logarithmic: (&'static str, Vec<Line>),
}

impl Picture {
    /// Draws it to `file`.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn draw(&self, file: &Path) -> Result<()> {
        let root = page(file, SIZE, self.title)?;
        let (plots, legend) = root.split_vertically(root.dim_in_pixel().1 - LEGEND);
        let [upper, lower] = plots.split_evenly((2, 1)).try_into().map_err(|_| anyhow!("two panels"))?;
        let values =
            |lines: &[Line]| lines.iter().flat_map(|line| &line.points).map(|point| point.y).collect::<Vec<_>>();
        let highest = values(&self.linear.1).into_iter().fold(0.0, f64::max);
        self.panel(&upper, &self.linear, 0.0..highest * 1.05)?;
        let values = values(&self.logarithmic.1);
        let [low, high] = [f64::min, f64::max].map(|choose| values.iter().copied().reduce(choose).unwrap_or(1.0));
        self.panel(&lower, &self.logarithmic, (low / 1.2..high * 1.2).log_scale())?;
        draw_legend(&legend, &self.linear.1)?;
        root.present().map_err(|error| anyhow!("{error}"))
    }

    /// One panel with what it shows, whose axis is `range`.
    fn panel<Y>(&self, area: &Area, (shown, lines): &(&str, Vec<Line>), range: Y) -> Result<()>
    where
        Y: AsRangedCoord<Value = f64>,
        Y::CoordDescType: ValueFormatter<f64>,
    {
        let sizes = || lines.iter().flat_map(|line| &line.points).map(|point| point.x.log2());
        let (first, last) = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max));
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(56)
            .y_label_area_size(64)
            .build_cartesian_2d(first - 0.5..last + 0.5, range)
            .map_err(|error| anyhow!("{error}"))?;
        chart
            .configure_mesh()
            .disable_x_mesh()
            .light_line_style(TRANSPARENT)
            .x_labels(0)
            .x_desc(self.across)
            .y_desc(*shown)
            .y_label_formatter(&|value| format!("{value}"))
            .label_style(("sans-serif", 14))
            .draw()
            .map_err(|error| anyhow!("{error}"))?;
        for (line, colour) in lines.iter().zip(COLOURS.iter().cycle()) {
            let points = || line.points.iter().map(|point| (point.x.log2(), point.y));
            let path = PathElement::new(points().collect::<Vec<_>>(), colour.stroke_width(2));
            chart.draw_series([path]).map_err(|error| anyhow!("{error}"))?;
            let dots = points().map(|point| Circle::new(point, 3, colour.filled()));
            chart.draw_series(dots).map_err(|error| anyhow!("{error}"))?;
        }
        let bottom = area.get_pixel_range().1.end - area.get_pixel_range().1.start - 12 - 56;
        let mut names: Vec<(i32, &str)> = Vec::new();
        for point in lines.iter().flat_map(|line| &line.points) {
            let x = chart.backend_coord(&(point.x.log2(), point.y)).0;
            if !names.contains(&(x, point.name)) {
                names.push((x, point.name));
            }
        }
        draw_names(area, names, bottom)
    }
}

/// The names under an axis whose height is `bottom`, each centred on its place.
fn draw_names(area: &Area, mut names: Vec<(i32, &str)>, bottom: i32) -> Result<()> {
    let style = TextStyle::from(("sans-serif", 13)).pos(Pos::new(HPos::Center, VPos::Top));
    names.sort_unstable();
    let mut taken = i32::MIN;
    for (x, name) in names {
        let lower = x < taken;
        if !lower {
            taken = x + NAME;
        }
        area.draw_text(name, &style, (x, bottom + 6 + 15 * i32::from(lower))).map_err(|error| anyhow!("{error}"))?;
    }
    Ok(())
}

/// A stroke and a name for every line, two of them beside each other.
fn draw_legend(area: &Area, lines: &[Line]) -> Result<()> {
    let style = TextStyle::from(("sans-serif", 14)).pos(Pos::new(HPos::Left, VPos::Center));
    for ((place, line), colour) in (0..).zip(lines).zip(COLOURS.iter().cycle()) {
        let (x, y) = (80 + 400 * (place % 2), 16 + 24 * (place / 2));
        let stroke = Rectangle::new([(x, y - 2), (x + 24, y + 2)], colour.filled());
        area.draw(&stroke).map_err(|error| anyhow!("{error}"))?;
        area.draw_text(&line.name, &style, (x + 32, y)).map_err(|error| anyhow!("{error}"))?;
    }
    Ok(())
}
