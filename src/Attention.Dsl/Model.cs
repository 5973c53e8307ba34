namespace Attention.Dsl;

/// <summary>
/// Declares a Transformer. Each nested partial class with <see cref="EncoderAttribute"/> or
/// <see cref="DecoderAttribute"/> is one of its stages; the generator writes <c>Load</c>, <c>CreateSession</c>
/// and each stage's forward pass. A model of one stage may carry the stage's attributes itself: then its session is
/// the stage.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AttentionModelAttribute : Attribute
{
    /// <summary>How the checkpoint names its tensors; <see cref="WeightLayout.PyTorch"/> unless set.</summary>
    public WeightLayout Layout { get; set; }

    /// <summary>How the weights of linear maps are kept in memory; <see cref="WeightFormat.Float32"/> unless set.</summary>
    public WeightFormat Weights { get; set; }

    /// <summary>
    /// How sessions keep keys and values, those of a decoder's own rows and those of the stages that it attends to: <see cref="WeightFormat.Float32"/> unless set, or
    /// <see cref="WeightFormat.BFloat16"/>, which takes half the memory, and half the time where a step waits for it. Each number is then rounded to nearest even when it is kept,
    /// so that it is off by at most 2⁻⁸ of itself, and every call, <c>Forward</c> too, attends to what is kept: all of them give the same bits as before of one another.
    /// </summary>
    public WeightFormat KeyValues { get; set; }

    /// <summary>
    /// In which numbers the linear maps in layers multiply, those of attentions and feed-forwards, unless a part says it: <see cref="ProductFormat.Float32"/> unless set. Of the outputs
    /// only those take part that say so themselves. What takes part is packed in a byte a weight, whatever <see cref="Weights"/> is.
    /// </summary>
    public ProductFormat Products { get; set; }

    /// <summary>
    /// Tensors of the checkpoint that the model does without on purpose, by patterns of their whole names in which <c>*</c> stands
    /// for any characters, such as <c>"encoder.layers.8.*"</c>; none unless set. <c>Load</c> reports all others that lie under a
    /// stage's prefix and that nothing reads: they are forgotten. Never reported are buffers such as <c>position_ids</c> and causal
    /// masks, copies of a table, and the heads and poolers that a layout knows, unless a part of one is read.
    /// </summary>
    public string[]? Unread { get; set; }

    /// <summary>
    /// Tensors of one number each, by their whole names, that the model shows its user, such as the scale of CLIP's similarities: <c>"logit_scale"</c>
    /// becomes the property <c>LogitScale</c> of the model, called by the last word of the name. None unless set.
    /// </summary>
    public string[]? Scalars { get; set; }
}

/// <summary>
/// Names one kind of tensor of a checkpoint: on a stage for that stage, on a model for all stages that say nothing
/// themselves. What no attribute names is called as the model's layout says.
/// </summary>
/// <param name="role">What the tensor is for.</param>
/// <param name="template">
/// Its full name, such as <c>"blocks.{layer}.attn.qkv.weight"</c>: <c>{layer}</c> stands for the layer's index (<c>{layer+1}</c> for one more, and so on),
/// <c>{prefix}</c> for the stage's prefix, <c>{parent}</c> for the prefix without its last word, <c>{n}</c> for which of
/// its kind it is within the layer (norms: within the body), counted from 1, <c>{n?}</c> for the same but nothing for the first, <c>{part}</c> for which
/// sub-layer of the body it is in, counted from 0, <c>{group}</c> for the group of a stage with a <see cref="ClassExchangeAttribute"/>. Several names of one tensor are divided by <c>|</c>: the first that a
/// file has is taken.
/// </param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class TensorAttribute(TensorRole role, string template) : Attribute
{
    /// <summary>What the tensor is for.</summary>
    public TensorRole Role { get; } = role;

    /// <summary>Its full name.</summary>
    public string Template { get; } = template;

    /// <summary>The name of the bias; the template with its last <c>weight</c> replaced by <c>bias</c>, or <c>gamma</c> by <c>beta</c>, unless set.</summary>
    public string? Bias { get; set; }

    /// <summary>Which of its kind within the layer it names (norms: within the body), counted from 1 as by <c>{n}</c>; all of them unless set.</summary>
    public int N { get; set; }

    /// <summary>Whether a linear map's tensor is input × output; false unless set, or the layout's tensor of this role is.</summary>
    public bool Transposed { get; set; }

    /// <summary>
    /// Whether the one tensor of an attention's queries, keys and values has those of the first head, then those of the next, as GPT-NeoX, BLOOM and Falcon have
    /// them, rather than all queries, then all keys, then all values; false unless set, or the layout's tensor of this role has.
    /// </summary>
    public bool ByHead { get; set; }
}

/// <summary>What an encoder and a decoder have in common.</summary>
public abstract class StageAttribute : Attribute
{
    private protected StageAttribute(int layers, int width)
    {
        Layers = layers;
        Width = width;
    }

    /// <summary>How many times the stage's body is repeated, each time with weights of its own.</summary>
    public int Layers { get; }

    /// <summary>Channels of every row between the sub-layers (d_model).</summary>
    public int Width { get; }

    /// <summary>Where the norms of the sub-layers stand; <see cref="NormPlacement.Post"/> unless set.</summary>
    public NormPlacement Norm { get; set; }

    /// <summary>How the norms of the body and the one behind the last layer normalise; <see cref="NormKind.Layer"/> unless set.</summary>
    public NormKind Kind { get; set; }

    /// <summary>Whether one more norm follows the last layer; false unless set.</summary>
    public bool FinalNorm { get; set; }

    /// <summary>What every norm of the stage adds to the variance, or to the mean of the squares; 1e-5 unless set.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether projections, feed-forward and layer normalisations have biases; true unless set. RMS norms never have any.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>
    /// Whether all layers have the same weights, those whose names have 0 for <c>{layer}</c>; false unless set. Dehghani et al. 2019, "Universal
    /// Transformers"; Lan et al. 2020, "ALBERT".
    /// </summary>
    public bool Shared { get; set; }

    /// <summary>
    /// Into how many groups the layers fall that have the same weights, where <see cref="Shared"/> is true; 1 unless set. Layer i is of group <c>⌊i · groups / layers⌋</c>,
    /// whose number stands for <c>{layer}</c> in the names. Lan et al. 2020, "ALBERT".
    /// </summary>
    public int SharedGroups { get; set; } = 1;

    /// <summary>
    /// Whether the sub-layers of a layer all read the rows that the layer is given, instead of what the one before has made of them:
    /// <c>x + f(norm(x)) + g(norm(x))</c>, added in the order in which they stand; <see cref="ParallelKind.None"/> unless set. It needs
    /// <see cref="NormPlacement.Pre"/>. Wang and Komatsuzaki 2021, "GPT-J-6B".
    /// </summary>
    public ParallelKind Parallel { get; set; }

    /// <summary>
    /// What the names of the stage's tensors start with, for instance <c>"transformer.encoder"</c>, or <c>""</c>; what
    /// the model's layout says unless set. It may hold <c>{layer}</c>, the layer's index, if all that begins with it is in layers, and
    /// <c>{group}</c>.
    /// </summary>
    public string? Prefix { get; set; }
}

/// <summary>
/// Declares a stage whose rows all see each other (unless an attention says <c>Causal</c>): count × width in,
/// count × width out. Vaswani et al. 2017, section 3.1.
/// </summary>
/// <param name="layers">How many times the body is repeated; 0 for a stage of source and stem only.</param>
/// <param name="width">Channels of every row (d_model).</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EncoderAttribute(int layers, int width) : StageAttribute(layers, width);

/// <summary>
/// Declares a stage whose rows see only themselves and the rows before them, and which can be run a step at a time:
/// its self-attentions are causal and keep their keys and values. Vaswani et al. 2017, section 3.1.
/// </summary>
/// <param name="layers">How many times the body is repeated.</param>
/// <param name="width">Channels of every row (d_model).</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DecoderAttribute(int layers, int width) : StageAttribute(layers, width);

/// <summary>What every part that has weights has in common.</summary>
public abstract class PartAttribute : Attribute
{
    private protected PartAttribute()
    {
    }

    /// <summary>
    /// The full name of the part's tensors in the checkpoint, without the last <c>.weight</c> or <c>.bias</c>; unless set,
    /// what the model's layout says. It may hold <c>{layer}</c>, <c>{group}</c>, <c>{prefix}</c>, <c>{parent}</c>, <c>{part}</c>, <c>{n}</c> and <c>{n?}</c>,
    /// which stand for what they do in a <see cref="TensorAttribute"/>, and several names divided by <c>|</c>. A part that reads no tensor of its own has none.
    /// </summary>
    public string? Name { get; set; }
}

/// <summary>What the parts of a layer's body have in common.</summary>
public abstract class BodyAttribute : PartAttribute
{
    private protected BodyAttribute()
    {
    }

    /// <summary>The distance of two layers that have the part: it is in layers 0, n, 2n and so on; 1, every layer, unless set.</summary>
    public int Every { get; set; } = 1;

    /// <summary>The layers that have the part, from 0; all of them unless set. Not to be set together with <see cref="Every"/>.</summary>
    public int[]? At { get; set; }

    /// <summary>Whether what the part makes of the rows is added to them, rather than taking their place; true unless set.</summary>
    public bool Residual { get; set; } = true;

    /// <summary>
    /// Whether a batch norm follows what the part makes, before it joins the rows: each channel normalised by the mean and the variance that
    /// training found, <c>(x − mean) / √(variance + ε) · w + b</c>, <c>ε</c> being the stage's <see cref="StageAttribute.Epsilon"/>; false unless set.
    /// <c>Load</c> folds it into the map before it, so that it costs nothing. Ioffe and Szegedy 2015, "Batch Normalization".
    /// </summary>
    public bool BatchNorm { get; set; }

    /// <summary>What follows the sum, or its norm where one stands behind it; <see cref="Activation.Identity"/> unless set.</summary>
    public Activation After { get; set; }

    /// <summary>What multiplies what the part makes of the rows, before it is added to them or takes their place; <see cref="Gate.None"/> unless set.</summary>
    public Gate Gate { get; set; }

    /// <summary>Where the part's norm stands, or <see cref="NormPlacement.None"/> for a part without; as the stage's <see cref="StageAttribute.Norm"/> says unless set.</summary>
    public NormPlacement Norm { get; set; }

    /// <summary>How the part's norm normalises; as the stage's <see cref="StageAttribute.Kind"/> says unless set.</summary>
    public NormKind Kind { get; set; }

    /// <summary>In which numbers the part's linear maps multiply; as the model's <see cref="AttentionModelAttribute.Products"/> says unless set.</summary>
    public ProductFormat Products { get; set; }

    /// <summary>What the part's norm adds to the variance, or to the mean of the squares; the stage's <see cref="StageAttribute.Epsilon"/> unless set.</summary>
    public double Epsilon { get; set; } = 1e-5;
}
