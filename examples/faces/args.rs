//! The command line: comes in as words, goes out as [`Args`]. Must not know: how a face is found.

use std::path::PathBuf;

use clap::{Parser, ValueEnum, builder::RangedU64ValueParser};

/// Finds faces in a photo, and draws them into it.
#[derive(Debug, Parser)]
#[command(name = "faces", version)]
pub(crate) struct Args {
    /// A PNG or JPEG of any size up to 8192x8192; without it a photo that comes with the program
    pub(crate) photo: Option<PathBuf>,

    /// The PNG for the photo with boxes and landmarks
    #[arg(default_value = "target/faces.png")]
    pub(crate) out: PathBuf,

    /// What looks for faces: three networks one after the other, or a single one
    #[arg(long, value_enum, default_value_t = Detector::Mtcnn)]
    pub(crate) detector: Detector,

    /// The smallest face that mtcnn looks for, in pixels of the photo when it is fitted into 512x512
    #[arg(long, value_name = "PIXELS", value_enum, default_value_t = MinFace::Small)]
    pub(crate) min_face: MinFace,

    /// How often the photo is searched; the fastest times count
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = RangedU64ValueParser::<u32>::new().range(1..=1000))]
    pub(crate) repetitions: u32,
}

/// What looks for faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Detector {
    /// Eyes, nose and corners of the mouth; faces of all sizes
    Mtcnn,
    /// Eyes, nose, mouth and ears; faces that are large in the photo
    Blazeface,
}

/// The smallest face that is looked for: each has a pyramid of networks that are compiled for its sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MinFace {
    /// Ten levels
    #[value(name = "20")]
    Small,
    /// Five levels
    #[value(name = "100")]
    Large,
}

impl MinFace {
    /// Width and height.
    pub(crate) fn pixels(self) -> f64 {
        match self {
            Self::Small => 20.0,
            Self::Large => 100.0,
        }
    }
}
