use std::path::PathBuf;
pub struct Config { pub base_path: PathBuf, pub socket: PathBuf, pub listen: String, pub external: Option<String>, pub device: String, pub threads: usize }
pub struct Worker;
impl Worker { pub async fn run(_: Config) -> std::result::Result<(), std::io::Error> { Ok(()) } }
