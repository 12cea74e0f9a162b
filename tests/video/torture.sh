#!/usr/bin/env bash
# Makes small videos of every kind that is hard to number exactly, into the folder given. Each file is made once.
#
#   tests/video/torture.sh FOLDER
set -euo pipefail
mkdir -p "$1"
cd "$1"

# Every frame differs from every other: a counter that is drawn, on a pattern that moves.
source() { echo "testsrc2=size=${1:-160x120}:rate=${2:-25}:duration=${3:-4},drawtext=text='%{n}':fontsize=40:x=50:y=40:box=1"; }
# make NAME ARGUMENTS: runs FFmpeg unless the file is there.
make() {
    local name=$1
    shift
    [[ -s "$name" ]] || { ffmpeg -hide_banner -loglevel error -nostdin -y "$@" "writing-$name" && mv "writing-$name" "$name"; }
}
clip() { # clip NAME CODEC-ARGUMENTS: 100 frames of the pattern
    local name=$1
    shift
    make "$name" -f lavfi -i "$(source)" "$@"
}
# overwrite NAME OFFSET-IN-PERCENT BYTES: puts noise over a part of a file.
overwrite() {
    local size
    size=$(stat -c %s "$1")
    head -c "$3" /dev/zero | tr '\0' '\377' | dd of="$1" bs=1 seek=$((size * $2 / 100)) conv=notrunc status=none
}
damaged() { # damaged NAME FROM PERCENT BYTES
    [[ -s "$1" ]] || { cp "$2" "writing-$1" && overwrite "writing-$1" "$3" "$4" && mv "writing-$1" "$1"; }
}

x264=(-c:v libx264 -preset veryfast -pix_fmt yuv420p)

# Codecs and containers.
clip h264.mp4 "${x264[@]}" -g 30 -bf 2
clip h264-long-gop.mp4 "${x264[@]}" -g 250 -bf 3 -b_strategy 0
clip h264-one-frame-gops.mp4 "${x264[@]}" -g 1
clip h264.mkv "${x264[@]}" -g 25 -bf 3 -b_strategy 0
clip h264.mov "${x264[@]}" -g 20 -bf 2
clip h264.ts "${x264[@]}" -g 25 -bf 2
clip h264.avi "${x264[@]}" -g 25 -bf 2
clip h264-no-b.avi "${x264[@]}" -g 25 -bf 0
clip h264.h264 "${x264[@]}" -g 25 -bf 2
clip h264-fragmented.mp4 "${x264[@]}" -g 25 -bf 2 -movflags frag_keyframe+empty_moov
clip h264-open-gop.mp4 "${x264[@]}" -g 20 -bf 3 -b_strategy 0 -x264-params open-gop=1
clip h264-open-gop.ts "${x264[@]}" -g 20 -bf 3 -b_strategy 0 -x264-params open-gop=1
clip h264-intra-refresh.ts "${x264[@]}" -g 25 -bf 0 -x264-params intra-refresh=1
clip h264-intra-refresh.mkv "${x264[@]}" -g 25 -bf 0 -x264-params intra-refresh=1
clip h264-10bit.mkv -c:v libx264 -preset veryfast -pix_fmt yuv420p10le -g 25
clip h264-444.mp4 -c:v libx264 -preset veryfast -pix_fmt yuv444p -g 25
clip h264-422-10bit.mov -c:v libx264 -preset veryfast -pix_fmt yuv422p10le -g 25
clip h264-interlaced.mp4 "${x264[@]}" -g 25 -bf 2 -flags +ilme+ildct -x264-params tff=1
clip h264-interlaced.ts "${x264[@]}" -g 25 -bf 2 -flags +ilme+ildct -x264-params tff=1
clip h265.mp4 -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=30:open-gop=0 -tag:v hvc1
clip h265-open-gop.mp4 -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=20:open-gop=1:bframes=3:b-adapt=0
clip h265-open-gop.ts -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=20:open-gop=1:bframes=3:b-adapt=0
clip h265-10bit.mkv -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params log-level=none:keyint=25
clip vp8.webm -c:v libvpx -g 30 -deadline realtime -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 12
clip vp8-alt-ref.webm -c:v libvpx -g 50 -deadline good -cpu-used 5 -auto-alt-ref 1 -lag-in-frames 16 -b:v 200k
clip vp9.webm -c:v libvpx-vp9 -g 40 -deadline good -cpu-used 6 -auto-alt-ref 1 -lag-in-frames 20 -b:v 200k
clip vp9-10bit.mkv -c:v libvpx-vp9 -g 40 -deadline realtime -cpu-used 8 -pix_fmt yuv420p10le
clip vp9.mp4 -c:v libvpx-vp9 -g 40 -deadline good -cpu-used 6 -auto-alt-ref 1 -lag-in-frames 20 -b:v 200k
clip av1.mp4 -c:v libsvtav1 -preset 12 -g 40 -svtav1-params lookahead=0
clip av1.mkv -c:v libaom-av1 -cpu-used 8 -usage realtime -g 40
clip av1-alt-ref.webm -c:v libaom-av1 -cpu-used 6 -usage good -g 40 -lag-in-frames 19 -b:v 150k
clip mpeg4.avi -c:v mpeg4 -g 25 -bf 2 -q:v 5
clip mpeg4.mp4 -c:v mpeg4 -g 25 -bf 2 -q:v 5
clip mpeg4.mkv -c:v mpeg4 -g 25 -bf 0 -q:v 5
clip xvid-packed.avi -c:v libxvid -g 25 -bf 2 -q:v 5
clip mpeg2.ts -c:v mpeg2video -g 15 -bf 2 -q:v 5
clip mpeg2.mpg -c:v mpeg2video -g 15 -bf 2 -q:v 5
clip mpeg2-interlaced.ts -c:v mpeg2video -g 15 -bf 2 -q:v 5 -flags +ilme+ildct -top 1
clip mpeg1.mpg -c:v mpeg1video -g 12 -bf 2 -q:v 5
clip mjpeg.avi -c:v mjpeg -q:v 5
clip mjpeg.mov -c:v mjpeg -q:v 5
clip prores.mov -c:v prores_ks -profile:v 2
clip prores-4444.mov -c:v prores_ks -profile:v 4 -pix_fmt yuva444p10le
clip ffv1.mkv -c:v ffv1 -level 3 -g 20
clip png.mov -c:v png
clip raw.avi -c:v rawvideo -pix_fmt yuv420p
clip wmv2.wmv -c:v wmv2 -g 25 -q:v 5
clip flv1.flv -c:v flv1 -g 25 -q:v 5
clip theora.ogv -c:v libtheora -g 25 -q:v 5
clip animated.gif -vf "fps=25,split[a][b];[a]palettegen[p];[b][p]paletteuse"
clip animated.apng -f apng -plays 0

# Times.
clip variable-rate.mkv -vf "select='not(mod(n,3))+not(mod(n,5))+lt(n,20)'" -fps_mode vfr "${x264[@]}" -g 20 -bf 2
clip variable-rate.mp4 -vf "setpts='(N+0.4*sin(N))/25/TB+gt(N,50)*2/TB'" -fps_mode vfr -enc_time_base 1:12800 "${x264[@]}" -g 20 -bf 2
clip starts-late.mkv -output_ts_offset 7.5 "${x264[@]}" -g 25 -bf 2
clip starts-late.ts -output_ts_offset 90000 "${x264[@]}" -g 25 -bf 2
clip starts-negative.mkv -vf "setpts=PTS-1.5/TB" -avoid_negative_ts disabled "${x264[@]}" -g 25 -bf 2
clip wraps.ts -output_ts_offset 95442 -vf "fps=25" "${x264[@]}" -g 25 -bf 2
make edit-list.mp4 -ss 1.3 -i h264-long-gop.mp4 -c copy
make edit-list-gops.mov -ss 1.3 -i h264.mp4 -c copy
make edit-list-b.mp4 -ss 0.5 -i h264-open-gop.mp4 -c copy
clip rate-ntsc.mp4 -r 30000/1001 "${x264[@]}" -g 25 -bf 2
clip rate-tiny.mkv -r 1/3 "${x264[@]}" -g 25

# Shapes and streams.
make odd-size.mp4 -f lavfi -i "$(source 161x119)" -c:v libx264 -preset veryfast -pix_fmt yuv444p -g 25
make odd-size.mkv -f lavfi -i "$(source 161x119)" -c:v ffv1 -pix_fmt yuv420p
make odd-size.webm -f lavfi -i "$(source 161x119)" -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 30
make rotated.mp4 -i h264.mp4 -c copy -metadata:s:v:0 rotate=90
make rotated-180.mov -i h264.mp4 -c copy -metadata:s:v:0 rotate=180
make anamorphic.mp4 -f lavfi -i "$(source),setsar=4/3" "${x264[@]}" -g 25
make two-streams.mkv -f lavfi -i "$(source)" -f lavfi -i "$(source 320x180 30 3)" -map 0:v -map 1:v "${x264[@]}" -g 25 -bf 2
make with-sound.mp4 -f lavfi -i "$(source)" -f lavfi -i "sine=duration=4" "${x264[@]}" -g 25 -bf 2 -c:a aac
make with-sound.ts -f lavfi -i "$(source)" -f lavfi -i "sine=duration=4" "${x264[@]}" -g 25 -bf 2 -c:a aac
make one-frame.mp4 -f lavfi -i "$(source)" -frames:v 1 "${x264[@]}"
make sound-only.mp4 -f lavfi -i "sine=duration=2" -c:a aac
make sound-with-cover.mp3 -f lavfi -i "sine=duration=2" -f lavfi -i "$(source)" -map 0:a -map 1:v -frames:v 1 -c:v png -c:a libmp3lame -disposition:v attached_pic
if [[ ! -s size-changes.ts ]]; then
    make part-1.ts -f lavfi -i "$(source 160x120 25 2)" "${x264[@]}" -g 25
    make part-2.ts -f lavfi -i "$(source 240x180 25 2)" "${x264[@]}" -g 25 -output_ts_offset 2
    cat part-1.ts part-2.ts >writing-size-changes.ts && mv writing-size-changes.ts size-changes.ts && rm part-1.ts part-2.ts
fi
if [[ ! -d pictures ]]; then
    mkdir writing-pictures
    ffmpeg -hide_banner -loglevel error -nostdin -f lavfi -i "$(source 160x120 25 1)" -start_number 7 writing-pictures/shot-%04d.png
    mv writing-pictures pictures
fi

# Harm. Of each, whatever FFmpeg makes of it in one pass is the truth.
[[ -s truncated.mkv ]] || head -c $(($(stat -c %s h264.mkv) * 6 / 10)) h264.mkv >truncated.mkv
[[ -s truncated.ts ]] || head -c $(($(stat -c %s h264.ts) * 6 / 10)) h264.ts >truncated.ts
[[ -s truncated.avi ]] || head -c $(($(stat -c %s mpeg4.avi) * 6 / 10)) mpeg4.avi >truncated.avi
[[ -s truncated.webm ]] || head -c $(($(stat -c %s vp9.webm) * 6 / 10)) vp9.webm >truncated.webm
[[ -s truncated-fragmented.mp4 ]] || head -c $(($(stat -c %s h264-fragmented.mp4) * 6 / 10)) h264-fragmented.mp4 >truncated-fragmented.mp4
[[ -s truncated.mp4 ]] || head -c $(($(stat -c %s h264.mp4) * 6 / 10)) h264.mp4 >truncated.mp4
[[ -s cut-start.ts ]] || tail -c +30001 h264-open-gop.ts >cut-start.ts
[[ -s cut-start.h264 ]] || tail -c +20001 h264.h264 >cut-start.h264
damaged damaged.mp4 h264-long-gop.mp4 40 600
damaged damaged-open-gop.mp4 h264-open-gop.mp4 55 400
damaged damaged.mkv h264.mkv 40 600
damaged damaged.ts h264.ts 50 900
damaged damaged-mjpeg.avi mjpeg.avi 50 300
damaged damaged-prores.mov prores.mov 50 3000
damaged damaged-vp9.webm vp9.webm 50 300
damaged damaged-vp8.webm vp8.webm 50 300
damaged damaged-mpeg4.avi mpeg4.avi 50 500
damaged damaged-h265.mp4 h265.mp4 50 500
damaged damaged-av1.mkv av1.mkv 50 300
# Times of decoding in place of those of presentation, in a video that is too long to be decoded whatever it says.
if [[ ! -s lost-order.mp4 ]]; then
    make ordered.mp4 -f lavfi -i "$(source 1280x720 25 6)" "${x264[@]}" -g 50 -bf 3 -b_strategy 0
    make lost-order.mp4 -i ordered.mp4 -c copy -bsf:v "setts=ts=N*512"
    rm ordered.mp4
fi
make lost-packets.mkv -i h264.mp4 -c copy -bsf:v "noise=drop=not(mod(n+1\\,17))"
