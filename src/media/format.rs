//! Which kind of file this is: by its first bytes, and only where these say nothing by its name.

use std::path::Path;

/// Extensions of picture files that can be opened, lower case.
pub const PICTURE_EXTENSIONS: &[&str] = &[
    "jpg", "jpeg", "jpe", "jfif", "png", "apng", "tif", "tiff", "webp", "gif", "bmp", "dib", "pnm", "pbm",
    "pgm", "ppm", "pam", "tga", "exr", "hdr", "avif", "avifs",
];

/// Extensions of video files, lower case.
pub const VIDEO_EXTENSIONS: &[&str] = &[
    "mp4", "m4v", "mov", "qt", "avi", "mkv", "webm", "mpg", "mpeg", "m2v", "mts", "m2ts", "ts", "wmv", "asf",
    "flv", "3gp", "3g2", "ogv", "mjpeg", "mxf", "vob", "ivf", "h264", "264", "h265", "265", "hevc",
];

/// Camera raw files. Many are TIFF files whose first picture is a tiny preview, so they must not be opened as
/// TIFF: labels would be drawn on the wrong number of pixels.
const RAW_EXTENSIONS: &[&str] = &[
    "3fr", "arw", "cr2", "cr3", "dcr", "dng", "erf", "iiq", "kdc", "mef", "mos", "mrw", "nef", "nrw", "orf",
    "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw", "x3f",
];

/// How many first bytes [`recognise`] wants to see.
pub(super) const NUM_HEAD_BYTES: usize = 64;

/// A format of pictures that can be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PictureFormat {
    /// AVIF; of a sequence, the still picture.
    Avif,
    /// Windows bitmap.
    Bmp,
    /// GIF; of an animation, the first frame.
    Gif,
    /// Radiance HDR.
    Hdr,
    /// JPEG.
    Jpeg,
    /// OpenEXR.
    OpenExr,
    /// PNG; of an animation, the still picture.
    Png,
    /// Portable any map: PBM, PGM, PPM, PAM.
    Pnm,
    /// Truevision TGA.
    Tga,
    /// TIFF; of several pages, the first.
    Tiff,
    /// WebP; of an animation, the first frame.
    WebP,
}

impl PictureFormat {
    /// The name that people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Avif => "AVIF",
            Self::Bmp => "BMP",
            Self::Gif => "GIF",
            Self::Hdr => "Radiance HDR",
            Self::Jpeg => "JPEG",
            Self::OpenExr => "OpenEXR",
            Self::Png => "PNG",
            Self::Pnm => "PNM",
            Self::Tga => "TGA",
            Self::Tiff => "TIFF",
            Self::WebP => "WebP",
        }
    }

    pub(super) fn image_format(self) -> image::ImageFormat {
        match self {
            Self::Avif => image::ImageFormat::Avif,
            Self::Bmp => image::ImageFormat::Bmp,
            Self::Gif => image::ImageFormat::Gif,
            Self::Hdr => image::ImageFormat::Hdr,
            Self::Jpeg => image::ImageFormat::Jpeg,
            Self::OpenExr => image::ImageFormat::OpenExr,
            Self::Png => image::ImageFormat::Png,
            Self::Pnm => image::ImageFormat::Pnm,
            Self::Tga => image::ImageFormat::Tga,
            Self::Tiff => image::ImageFormat::Tiff,
            Self::WebP => image::ImageFormat::WebP,
        }
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Picture(PictureFormat),
    /// A video, with the name of its container.
    Video(&'static str),
    /// A picture or document that cannot be decoded, with a name in the plural.
    Unsupported(&'static str),
    Unknown,
}

/// Whether the name ends in one of the extensions, in whatever case.
pub fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension()
        .and_then(|e| e.to_str())
        .is_some_and(|e| extensions.iter().any(|known| e.eq_ignore_ascii_case(known)))
}

/// Tells the kind from the file's first bytes, [`NUM_HEAD_BYTES`] or all there are, and its name.
pub(super) fn recognise(path: &Path, head: &[u8]) -> FileKind {
    if has_extension(path, RAW_EXTENSIONS) {
        return FileKind::Unsupported("camera raw files");
    }
    if let Some(kind) = by_magic(head) {
        return kind;
    }
    if has_extension(path, &["tga"]) {
        return FileKind::Picture(PictureFormat::Tga); // The one format here without a mark of its own.
    }
    if has_extension(path, VIDEO_EXTENSIONS) {
        return FileKind::Video("by its name");
    }
    FileKind::Unknown
}

fn by_magic(head: &[u8]) -> Option<FileKind> {
    use FileKind::{Picture, Unsupported, Video};
    let is_pnm =
        matches!(head, [b'P', b'1'..=b'7', space, ..] if space.is_ascii_whitespace() || *space == b'#');
    if is_pnm {
        return Some(Picture(PictureFormat::Pnm));
    }
    if let Some(kind) = by_container(head) {
        return Some(kind);
    }
    const MARKS: &[(&[u8], FileKind)] = &[
        (b"\xff\xd8\xff", Picture(PictureFormat::Jpeg)),
        (b"\x89PNG\r\n\x1a\n", Picture(PictureFormat::Png)),
        (b"GIF87a", Picture(PictureFormat::Gif)),
        (b"GIF89a", Picture(PictureFormat::Gif)),
        (b"II*\0", Picture(PictureFormat::Tiff)),
        (b"MM\0*", Picture(PictureFormat::Tiff)),
        (b"II+\0", Picture(PictureFormat::Tiff)),
        (b"MM\0+", Picture(PictureFormat::Tiff)),
        (b"BM", Picture(PictureFormat::Bmp)),
        (b"\x1a\x45\xdf\xa3", Video("Matroska or WebM")),
        (b"\0\0\x01\xba", Video("MPEG")),
        (b"\0\0\x01\xb3", Video("MPEG")),
        (b"FLV\x01", Video("Flash video")),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Video("Windows Media")),
        (b"OggS", Video("Ogg")),
        (b"\xff\x0a", Unsupported("JPEG XL pictures")),
        (b"\0\0\0\x0cJXL ", Unsupported("JPEG XL pictures")),
        (b"\0\0\0\x0cjP  ", Unsupported("JPEG 2000 pictures")),
        (b"\xff\x4f\xff\x51", Unsupported("JPEG 2000 pictures")),
        (b"8BPS", Unsupported("Photoshop files")),
        (b"%PDF", Unsupported("PDF files")),
        (b"<svg", Unsupported("SVG drawings")),
        (b"\x76\x2f\x31\x01", Picture(PictureFormat::OpenExr)),
        (b"#?RADIANCE", Picture(PictureFormat::Hdr)),
        (b"#?RGBE", Picture(PictureFormat::Hdr)),
        (b"DDS ", Unsupported("DDS textures")),
        (b"qoif", Unsupported("QOI pictures")),
        (b"\0\0\x01\0", Unsupported("icon files")),
    ];
    MARKS.iter().find(|(mark, _)| head.starts_with(mark)).map(|(_, kind)| *kind)
}

/// RIFF and ISO base media files tell after their first bytes what they hold.
fn by_container(head: &[u8]) -> Option<FileKind> {
    let kind_at_8 = head.get(8..12)?;
    if head.starts_with(b"RIFF") {
        return match kind_at_8 {
            b"WEBP" => Some(FileKind::Picture(PictureFormat::WebP)),
            b"AVI " => Some(FileKind::Video("AVI")),
            _ => None,
        };
    }
    if &head[4..8] != b"ftyp" {
        return None;
    }
    Some(match kind_at_8 {
        b"avif" | b"avis" => FileKind::Picture(PictureFormat::Avif),
        b"mif1" | b"msf1" if is_compatible_with_avif(head) => FileKind::Picture(PictureFormat::Avif),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => {
            FileKind::Unsupported("HEIC pictures")
        }
        b"crx " => FileKind::Unsupported("camera raw files"),
        b"qt  " => FileKind::Video("QuickTime"),
        _ => FileKind::Video("MP4"),
    })
}

/// Whether one of the brands behind the first, as far as they are there, is that of AVIF.
fn is_compatible_with_avif(head: &[u8]) -> bool {
    let num_bytes = u32::from_be_bytes([head[0], head[1], head[2], head[3]]) as usize;
    let brands = head.get(16..num_bytes.min(head.len())).unwrap_or_default();
    brands.as_chunks::<4>().0.iter().any(|brand| matches!(brand, b"avif" | b"avis"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, head: &[u8]) -> FileKind {
        recognise(Path::new(name), head)
    }

    #[test]
    fn content_counts_more_than_the_name() {
        assert_eq!(kind("a.jpg", b"\x89PNG\r\n\x1a\n"), FileKind::Picture(PictureFormat::Png));
        assert_eq!(kind("a.png", b"\xff\xd8\xff\xe0"), FileKind::Picture(PictureFormat::Jpeg));
        assert_eq!(kind("a.jpg", b"RIFF1234WEBPVP8 "), FileKind::Picture(PictureFormat::WebP));
        assert_eq!(kind("a", b"P6\n3 2 255\n"), FileKind::Picture(PictureFormat::Pnm));
    }

    #[test]
    fn videos_and_foreign_pictures_are_named() {
        assert_eq!(kind("a.jpg", b"\0\0\0\x18ftypisom"), FileKind::Video("MP4"));
        assert_eq!(kind("a.avi", b"RIFF1234AVI LIST"), FileKind::Video("AVI"));
        assert_eq!(kind("a.TS", b"no mark"), FileKind::Video("by its name"));
        assert_eq!(kind("a.heic", b"\0\0\0\x18ftypheic"), FileKind::Unsupported("HEIC pictures"));
        let brands = b"\0\0\0\x1cftypmif1\0\0\0\0miafavif";
        assert_eq!(kind("a.heif", &brands[..20]), FileKind::Unsupported("HEIC pictures"));
        assert_eq!(kind("a.heif", brands), FileKind::Picture(PictureFormat::Avif));
        assert_eq!(kind("a.NEF", b"MM\0*\0\0\0\x08"), FileKind::Unsupported("camera raw files"));
    }

    #[test]
    fn other_files_are_unknown_however_short() {
        for head in [&b""[..], b"P", b"P6", b"PK\x03\x04", b"Password", b"RIFF", b"\xff\xd8"] {
            assert_eq!(kind("a.jpg", head), FileKind::Unknown);
        }
    }
}
