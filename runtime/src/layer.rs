//! The trait every generated operator has, so that code can be written over all of them.
//!
//! Comes in: what generated types say of themselves. Goes out: passes, batches, boxes. Must not know: how a layer is computed.

use crate::{Buffer, Element, Level, Spec, WrongLength, batch, buffer};

/// An operator whose shapes are constants: what every generated type implements, for code over any of them.
///
/// Such code takes the buffers' types from the layer, and makes buffers with [`Buffer::zeroed`]:
///
/// ```
/// use toeplitz::{Buffer, Layer, conv2d, max_pool2d};
///
/// conv2d! { struct Conv < in: 8x8x1, kernel: 3x3x4, padding: same, activation: relu >; }
/// max_pool2d! { struct Pool < in: 8x8x4, window: 2x2 >; }
///
/// /// One layer after another: `B` has to take exactly what `A` gives.
/// fn chain<A: Layer, B: Layer<Input = A::Output>>(a: &A, b: &B, input: &A::Input) -> Box<B::Output> {
///     let mut between = A::Output::zeroed();
///     let mut output = B::Output::zeroed();
///     a.forward(input, &mut between);
///     b.forward(&between, &mut output);
///     output
/// }
///
/// /// A layer with constant weights.
/// fn filled<L: Layer<Element = f32>>(weight: f32) -> Box<L> {
///     let mut weights = L::Weights::zeroed();
///     weights.as_mut_slice().fill(weight);
///     L::boxed(&weights, &L::Bias::zeroed())
/// }
///
/// let (conv, pool) = (filled::<Conv>(0.5), Pool::new());
/// let output = chain(&*conv, &pool, &[1.0; 64]);
/// assert_eq!(output.len(), 4 * 4 * 4);
/// assert_eq!(output[0], 4.5);
/// ```
///
/// Where a layer's type is known, its own methods are more convenient: `new` takes no bias if there is none, and
/// `forward` needs neither this trait nor, but for more than 64 KB of memory to work in, a heap.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no layer",
    note = "layers are the types that `network!`, `conv2d!` and their like make, and those that implement `toeplitz::Layer`"
)]
pub trait Layer: Sized + Send + Sync {
    /// The type of all data.
    type Element: Element;
    /// Weights as the caller has them: for a convolution HWIO, `[kernel_h][kernel_w][in][out]`, for a dense layer
    /// `[in][out]`, row-major and flat; empty for a pool.
    type Weights: Buffer<Element = Self::Element>;
    /// One value an output channel; empty without bias.
    type Bias: Buffer<Element = Self::Element>;
    /// `[in_h][in_w][in]`, row-major and flat.
    type Input: Buffer<Element = Self::Element>;
    /// `[out_h][out_w][out]`, row-major and flat.
    type Output: Buffer<Element = Self::Element>;
    /// Memory `forward_at` works in besides input and output; empty where none is needed.
    type Scratch: Buffer<Element = Self::Element>;

    /// What the macro call asked for.
    const SPEC: Spec;
    /// Multiply-adds (for a pool: comparisons or additions, for an adder layer: absolute differences, for a softmax: exponentials) of one forward pass; structural zeros are not counted. Those that
    /// another algorithm saves are.
    const MACS: u64;
    /// The plan in words: how weights are packed, and which tiles of outputs are computed how, for each kind of register
    /// file (`narrow` is SSE, WebAssembly and scalar code).
    ///
    /// A *panel* is the weights of some output channels, in the order in which they are read. A *tile* is a block of outputs
    /// (pixels x vectors of channels) kept in registers until it is done. A tile may *walk the inputs*, each broadcast to
    /// every tap that it meets; *stream the weights*, read in turn from memory; or go *along the row*, with neighbouring
    /// outputs in one vector. By Winograd's algorithm tiles are transformed first, and what is planned are the products of their *elements*.
    /// By *overlap-save* blocks of the input are transformed, each in lanes of its own.
    /// The text is for people and for snapshots: it may change with any version.
    const PLAN: &'static str;
    /// What a network that it is in has to know besides.
    #[doc(hidden)]
    const FACTS: crate::__private::Facts = crate::__private::Facts::of::<Self>();

    /// The layer itself, where nothing has to be given for it.
    #[doc(hidden)]
    const KNOWN: Option<Self> = None;

    /// Packs `weights` and `bias`, which are empty arrays where the layer has none.
    fn new(weights: &Self::Weights, bias: &Self::Bias) -> Self;

    /// As [`new`](Layer::new), on the heap and without a copy on the caller's stack: a large layer is packed by a thread of its
    /// own. Without the feature `std`, and where no thread can be had (WebAssembly), the caller's stack has to hold it.
    #[cfg(feature = "alloc")]
    fn boxed(weights: &Self::Weights, bias: &Self::Bias) -> alloc::boxed::Box<Self> {
        crate::__private::boxed(|| Self::new(weights, bias))
    }

    /// Computes `output` from `input` at the best SIMD level of this CPU. Every output element is written.
    ///
    /// Allocates memory to work in if the layer needs any, and without the feature `alloc` takes it from the stack;
    /// [`forward_at`](Layer::forward_at) leaves that to the caller.
    ///
    /// With the feature `rayon` the threads of rayon's current pool share a large layer, one of some 16 million multiply-adds (those that are
    /// left, where Winograd's algorithm spares some), and so the large layers of a network. Outputs are the same to the bit, however many
    /// threads there are; [`PLAN`](Layer::PLAN) says what they share.
    fn forward(&self, input: &Self::Input, output: &mut Self::Output) {
        buffer::with_zeroed(|scratch| self.forward_at(crate::__private::level(), input, output, scratch));
    }

    /// Computes each of `outputs` from the input of the same index, as [`forward`](Layer::forward) does, to the same bits.
    ///
    /// With the feature `rayon` the images are shared out among the threads of rayon's pool, the current one (its global pool has
    /// a thread for each core; the variable `RAYON_NUM_THREADS` and `ThreadPool::install` say otherwise). A batch with so little to
    /// do that threads would not pay stays on the calling thread. Without the feature all batches do.
    ///
    /// A flat buffer is a batch by `as_chunks`:
    ///
    /// ```
    /// use toeplitz::{Aligned, conv2d};
    ///
    /// conv2d! { struct Conv < in: 8x8x1, kernel: 3x3x4, padding: same >; }
    ///
    /// let conv = Conv::new(&[0.5; 36], &[0.0; 4]);
    /// let images = vec![1.0; 10 * Conv::INPUT.len()];
    /// let mut features = Aligned::<[f32; 10 * Conv::OUTPUT.len()]>::boxed_zeroed();
    /// conv.forward_batch(images.as_chunks().0, features.as_chunks_mut().0)?;
    /// assert_eq!(features[9 * Conv::OUTPUT.len()], 2.0);
    /// # Ok::<(), toeplitz::WrongLength>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are not as many outputs as inputs. No output is written then.
    fn forward_batch(&self, inputs: &[Self::Input], outputs: &mut [Self::Output]) -> Result<(), WrongLength> {
        batch::forward(self, inputs, outputs)
    }

    /// The output of `input`, of which spatial sizes and then channels are the axes: height x width x channels of an operator with two
    /// axes, `ArrayView3` to `Array3`; `ArrayView1` to `Array1` of a dense layer, which takes its input flat.
    ///
    /// The view may be of any strides: one that is not contiguous, such as `permuted_axes` of an array with channels first, is
    /// copied first.
    ///
    /// ```
    /// use ndarray::Array3;
    /// use toeplitz::{Layer, conv2d};
    ///
    /// conv2d! { struct Conv < in: 8x6x3, kernel: 3x3x4, padding: same >; }
    ///
    /// let conv = Conv::new(&[0.5; 108], &[0.0; 4]);
    /// let image = Array3::from_elem((3, 8, 6), 1.0);
    /// let features = conv.forward_nd(image.view().permuted_axes([1, 2, 0]))?;
    /// assert_eq!(features.shape(), [8, 6, 4]);
    ///
    /// let error = conv.forward_nd(image.view()).unwrap_err();
    /// assert_eq!(error.to_string(), "the input must have shape [8, 6, 3], channels last, found [3, 8, 6]");
    /// # Ok::<(), toeplitz::WrongShape>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the input has another shape.
    ///
    /// # Panics
    ///
    /// If the layer's types contradict its specification, which those of no generated layer do.
    #[cfg(feature = "ndarray")]
    fn forward_nd<D: ndarray::Dimension>(
        &self,
        input: ndarray::ArrayView<'_, Self::Element, D>,
    ) -> Result<ndarray::Array<Self::Element, D>, crate::WrongShape> {
        crate::nd::forward(self, &input)
    }

    /// Computes `output` from `input` at a given SIMD level, one of [`levels`](crate::levels). Every output element is
    /// written, and what `scratch` holds before does not matter.
    fn forward_at(&self, level: Level, input: &Self::Input, output: &mut Self::Output, scratch: &mut Self::Scratch);

    /// As [`forward_at`](Layer::forward_at), and shows what each step of a network gives, by its index, as soon as it is there: for
    /// [`verify`](mod@crate::verify). What is no network has no steps.
    #[doc(hidden)]
    fn forward_traced(
        &self,
        level: Level,
        input: &Self::Input,
        output: &mut Self::Output,
        scratch: &mut Self::Scratch,
        trace: &mut dyn FnMut(usize, &[Self::Element]),
    ) {
        let _ = trace;
        self.forward_at(level, input, output, scratch);
    }

    /// Puts behind `all` the weights and the bias of all steps: those that `new` takes, and those that are constants, which it does not. For
    /// [`verify`](mod@crate::verify).
    #[doc(hidden)]
    #[cfg(feature = "alloc")]
    fn unpacked(weights: &[Self::Element], bias: &[Self::Element], all: &mut [alloc::vec::Vec<Self::Element>; 2]) {
        all[0].extend_from_slice(weights);
        all[1].extend_from_slice(bias);
    }
}
