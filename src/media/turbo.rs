//! A safe face of libjpeg-turbo's decompressor.
//!
//! The safe one of the `turbojpeg` crate takes every warning for a failure, so it cannot open a file that is cut
//! off or has stray bytes in its header. This one returns what was decoded together with the complaint.

use std::ffi::CStr;

use turbojpeg::{libc, raw};

use crate::pixels::Size;

/// libjpeg-turbo's complaint about a file.
pub(super) type Complaint = String;

/// More scans than any real file has. Without a limit, a small file can take minutes.
const MAX_SCANS: libc::c_int = 500;

/// Decodes one JPEG file that lies in memory.
pub(super) struct Decompressor<'a> {
    handle: raw::tjhandle,
    data: &'a [u8],
    size: Size,
    /// Pictures are decoded at one over this of their size.
    scale_denominator: u32,
    is_lossless: bool,
    is_cmyk: bool,
    is_grey: bool,
}

impl<'a> Decompressor<'a> {
    /// Reads the header. The data must be the program's own memory: were it a mapped file that another program
    /// shortens or rewrites, the size checked here could change before it is used.
    pub fn new(data: &'a [u8]) -> Result<Self, Complaint> {
        // SAFETY: no arguments to get wrong; a null result is checked.
        let handle = unsafe { raw::tj3Init(raw::TJINIT_TJINIT_DECOMPRESS as libc::c_int) };
        if handle.is_null() {
            return Err("the JPEG decoder could not be started".to_owned());
        }
        let mut this = Self {
            handle,
            data,
            size: Size::default(),
            scale_denominator: 1,
            is_lossless: false,
            is_cmyk: false,
            is_grey: false,
        };
        // SAFETY: the handle is alive; pointer and length are those of one slice.
        let status = unsafe { raw::tj3DecompressHeader(handle, data.as_ptr(), data.len() as raw::size_t) };
        let complaint = this.complaint();
        let get = |parameter| this.get(parameter);
        let side = |parameter| u32::try_from(get(parameter)).unwrap_or(0);
        let size = Size::new(side(raw::TJPARAM_TJPARAM_JPEGWIDTH), side(raw::TJPARAM_TJPARAM_JPEGHEIGHT));
        let precision = get(raw::TJPARAM_TJPARAM_PRECISION);
        let color_space = get(raw::TJPARAM_TJPARAM_COLORSPACE);
        let is_lossless = get(raw::TJPARAM_TJPARAM_LOSSLESS) != 0;
        // A header that can be used comes with a failure status too, if there was something to complain about.
        if size.num_pixels() == 0 || color_space < 0 {
            return Err(if status == 0 { "it has no picture".to_owned() } else { complaint });
        }
        if precision > 8 {
            return Err(format!("it has {precision} bits per channel, and at most 8 can be read"));
        }
        this.size = size;
        this.is_lossless = is_lossless;
        this.is_grey = color_space == raw::TJCS_TJCS_GRAY as libc::c_int;
        this.is_cmyk = color_space == raw::TJCS_TJCS_CMYK as libc::c_int
            || color_space == raw::TJCS_TJCS_YCCK as libc::c_int;
        // SAFETY: the handle is alive.
        unsafe { raw::tj3Set(handle, raw::TJPARAM_TJPARAM_SCANLIMIT as libc::c_int, MAX_SCANS) };
        Ok(this)
    }

    /// The size of the stored picture.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Whether the picture has one component.
    pub fn is_grey(&self) -> bool {
        self.is_grey
    }

    /// Whether the picture is of printing inks: then it is to be decoded by [`Decompressor::decode_cmyk`].
    pub fn is_cmyk(&self) -> bool {
        self.is_cmyk
    }

    /// Decodes at 1, 1/2, 1/4 or 1/8 of the size: the smallest that is at least `wanted` in both directions.
    /// Trades a little quality for speed, for previews.
    pub fn scale_towards(&mut self, wanted: Size) {
        let is_enough = |denominator: u32| {
            self.size.width / denominator >= wanted.width && self.size.height / denominator >= wanted.height
        };
        let Some(denominator) = [8, 4, 2].into_iter().find(|d| !self.is_lossless && is_enough(*d)) else {
            return;
        };
        if self.scale(denominator) {
            // SAFETY: the handle is alive.
            unsafe {
                raw::tj3Set(self.handle, raw::TJPARAM_TJPARAM_FASTUPSAMPLE as libc::c_int, 1);
                raw::tj3Set(self.handle, raw::TJPARAM_TJPARAM_FASTDCT as libc::c_int, 1);
            }
        }
    }

    /// Decodes at one over 1, 2, 4 or 8 of the size, as well as that can be done. `false`, and nothing is changed,
    /// for a denominator that is not possible.
    pub fn scale(&mut self, denominator: u32) -> bool {
        let factor = raw::tjscalingfactor { num: 1, denom: denominator as libc::c_int };
        // SAFETY: the handle is alive.
        let is_set = unsafe { raw::tj3SetScalingFactor(self.handle, factor) } == 0;
        if is_set {
            self.scale_denominator = denominator;
        }
        is_set
    }

    /// The size of what is decoded.
    pub fn output_size(&self) -> Size {
        let scaled = |n: u32| n.div_ceil(self.scale_denominator);
        Size::new(scaled(self.size.width), scaled(self.size.height))
    }

    /// Decodes to RGBA, all opaque. After a complaint, the rows up to the fault are there and the alpha of those
    /// that were not reached is unchanged.
    ///
    /// # Panics
    /// When `rgba` does not hold exactly [`Decompressor::output_size`].
    pub fn decode_rgba(&mut self, rgba: &mut [u8]) -> Result<(), Complaint> {
        self.decode(rgba, raw::TJPF_TJPF_RGBA, 4)
    }

    /// Decodes to one byte of grey per pixel. What is not reached is unchanged.
    ///
    /// # Panics
    /// When `grey` does not hold exactly [`Decompressor::output_size`].
    pub fn decode_grey(&mut self, grey: &mut [u8]) -> Result<(), Complaint> {
        self.decode(grey, raw::TJPF_TJPF_GRAY, 1)
    }

    /// Decodes to four inks per pixel. What is not reached is unchanged.
    ///
    /// # Panics
    /// When `cmyk` does not hold exactly [`Decompressor::output_size`].
    pub fn decode_cmyk(&mut self, cmyk: &mut [u8]) -> Result<(), Complaint> {
        self.decode(cmyk, raw::TJPF_TJPF_CMYK, 4)
    }

    fn decode(&mut self, pixels: &mut [u8], format: raw::TJPF, pixel_bytes: u64) -> Result<(), Complaint> {
        let size = self.output_size();
        assert_eq!(pixels.len() as u64, size.num_pixels() * pixel_bytes, "the buffer has the output's size");
        // SAFETY: the handle is alive; data and length are one slice, unchanged since the header was read, so
        // that libjpeg-turbo finds the size again that the buffer was checked against. With pitch 0, rows
        // follow each other without a gap.
        let status = unsafe {
            raw::tj3Decompress8(
                self.handle,
                self.data.as_ptr(),
                self.data.len() as raw::size_t,
                pixels.as_mut_ptr(),
                0,
                format as libc::c_int,
            )
        };
        if status == 0 { Ok(()) } else { Err(self.complaint()) }
    }

    fn get(&self, parameter: raw::TJPARAM) -> libc::c_int {
        // SAFETY: the handle is alive.
        unsafe { raw::tj3Get(self.handle, parameter as libc::c_int) }
    }

    fn complaint(&self) -> Complaint {
        // SAFETY: the handle is alive; the text belongs to it, ends in a zero, and is copied before any other call.
        let text = unsafe { CStr::from_ptr(raw::tj3GetErrorStr(self.handle)) }.to_string_lossy();
        text.split_once("(): ").map_or(text.as_ref(), |(_, message)| message).to_owned()
    }
}

impl Drop for Decompressor<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is alive until here, and nothing else holds it.
        unsafe { raw::tj3Destroy(self.handle) };
    }
}

/// Writing the JPEG files that tests are about: the safe face of the `turbojpeg` crate knows no restart markers.
#[cfg(test)]
pub(super) mod encoder {
    use turbojpeg::{libc, raw};

    use crate::pixels::Size;

    /// How a file is to be.
    #[derive(Clone, Copy, Debug)]
    pub struct Encoding {
        pub subsampling: turbojpeg::Subsamp,
        /// Of the pixels given; CMYK stays what it is.
        pub format: turbojpeg::PixelFormat,
        pub quality: u8,
        pub has_own_tables: bool,
        /// MCUs between restart markers; 0 for none.
        pub restart_interval: u16,
        pub is_progressive: bool,
    }

    /// Encodes pixels without padding.
    pub fn encode(pixels: &[u8], size: Size, encoding: Encoding) -> Vec<u8> {
        let pixel_bytes = encoding.format.size();
        assert_eq!(pixels.len(), size.num_pixels() as usize * pixel_bytes);
        let parameters = [
            (raw::TJPARAM_TJPARAM_SUBSAMP, encoding.subsampling as libc::c_int),
            (raw::TJPARAM_TJPARAM_QUALITY, encoding.quality.into()),
            (raw::TJPARAM_TJPARAM_OPTIMIZE, encoding.has_own_tables.into()),
            (raw::TJPARAM_TJPARAM_PROGRESSIVE, encoding.is_progressive.into()),
            (raw::TJPARAM_TJPARAM_RESTARTBLOCKS, encoding.restart_interval.into()),
        ];
        let mut data = std::ptr::null_mut();
        let mut num_bytes: raw::size_t = 0;
        // SAFETY: the handle is used between its making and its end only; the pixels have the size that is told; the
        // memory that the library takes is copied and given back.
        unsafe {
            let handle = raw::tj3Init(raw::TJINIT_TJINIT_COMPRESS as libc::c_int);
            assert!(!handle.is_null());
            for (parameter, value) in parameters {
                assert_eq!(raw::tj3Set(handle, parameter as libc::c_int, value), 0);
            }
            let status = raw::tj3Compress8(
                handle,
                pixels.as_ptr(),
                size.width as libc::c_int,
                0,
                size.height as libc::c_int,
                encoding.format as libc::c_int,
                &mut data,
                &mut num_bytes,
            );
            assert_eq!(status, 0);
            let file = std::slice::from_raw_parts(data, num_bytes as usize).to_vec();
            raw::tj3Free(data.cast());
            raw::tj3Destroy(handle);
            file
        }
    }
}
