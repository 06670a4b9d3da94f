//! The code in the workspace's README, compiled and run as documentation tests.
#![cfg_attr(doctest, doc = include_str!("../../README.md"))]
