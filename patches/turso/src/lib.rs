//! Empty stand-in for the optional database that CubeCL locks but Engram never builds.
