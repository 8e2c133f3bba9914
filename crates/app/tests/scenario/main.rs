//! One scenario for each mission row, through the use cases, over a real store.

mod access;
mod desk;
mod directory;
mod files;
mod intake;
mod life;
mod planning;
mod privacy;
mod programme;
mod visits;
