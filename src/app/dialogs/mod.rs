//! Dialogs: one file each. A dialog owns what is being entered in it until the person confirms; then it asks for
//! what it is for with [`Request`](super::request::Request)s, like any panel.
