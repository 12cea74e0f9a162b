//! The names that models trained on COCO give their classes.

/// The 80 classes in the order of all YOLO models.
pub(super) const COCO_80: &str = "person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, \
    fire hydrant, stop sign, parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, \
    backpack, umbrella, handbag, tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, \
    skateboard, surfboard, tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, \
    orange, broccoli, carrot, hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining table, toilet, tv, \
    laptop, mouse, remote, keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, book, clock, vase, \
    scissors, teddy bear, hair drier, toothbrush";

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_as_many_as_it_says() {
        assert_eq!(super::COCO_80.split(", ").count(), 80);
    }
}
