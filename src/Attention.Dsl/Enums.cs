#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Dsl;
#endif

/// <summary>Where a sub-layer's layer normalisation stands.</summary>
public enum NormPlacement
{
    /// <summary>After the residual sum, <c>LayerNorm(x + f(x))</c>: Vaswani et al. 2017, "Attention Is All You Need".</summary>
    Post,

    /// <summary>Before the sub-layer, <c>x + f(LayerNorm(x))</c>: Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture".</summary>
    Pre,

    /// <summary>There are none: <c>x + f(x)</c>.</summary>
    None,

    /// <summary>
    /// Before the sub-layer and behind it, before the residual sum, <c>x + Norm(f(Norm(x)))</c>: "Sandwich-LN" of Ding et al. 2021, "CogView"; Gemma Team 2024,
    /// "Gemma 2". Those behind are <see cref="TensorRole.SelfPostNorm"/> and its like.
    /// </summary>
    Sandwich,

    /// <summary>
    /// Behind the sub-layer, before the residual sum, <c>x + Norm(f(x))</c>: Liu et al. 2022, "Swin Transformer V2"; Team OLMo 2025, "2 OLMo 2 Furious". They are
    /// <see cref="TensorRole.SelfPostNorm"/> and its like.
    /// </summary>
    ResidualPost,
}

/// <summary>How the norms of a stage normalise a row <c>x</c>; <c>w</c> and <c>b</c> are trained, <c>ε</c> is the stage's <c>Epsilon</c>.</summary>
public enum NormKind
{
    /// <summary>Layer normalisation, <c>(x − mean) / √(variance + ε) · w + b</c>: Ba et al. 2016.</summary>
    Layer,

    /// <summary>RMS normalisation, <c>x / √(mean(x²) + ε) · w</c>, which has no bias: Zhang and Sennrich 2019, "Root Mean Square Layer Normalization".</summary>
    Rms,

    /// <summary>RMS normalisation whose weights are stored as what they differ from one by, <c>x / √(mean(x²) + ε) · (1 + w)</c>, as Gemma has it: Gemma Team 2024.</summary>
    RmsPlusOne,
}

/// <summary>What becomes of the rows of all layers where each row decides after how many it halts; <c>u</c> is a row's share in a layer, <c>0</c> once it has halted.</summary>
public enum HaltingRule
{
    /// <summary><c>u · new + (1 − u) · result</c>: Dehghani et al. 2019, "Universal Transformers", appendix C.</summary>
    Paper,

    /// <summary><c>result + u · new</c>, the mean that the shares make: Graves 2016, "Adaptive Computation Time".</summary>
    Accumulated,

    /// <summary><c>u · new + result − u</c>, as tensor2tensor has it, whose checkpoints were trained so.</summary>
    Tensor2Tensor,
}

/// <summary>What a sub-layer's result is multiplied by before it joins the rows.</summary>
public enum Gate
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The hyperbolic tangent of one trained number: <c>x + tanh(g) · f(x)</c>. Alayrac et al. 2022, "Flamingo", section 3.2.</summary>
    Tanh,

    /// <summary>A trained factor for each channel: <c>x + w ∘ f(x)</c>. Touvron et al. 2021, "Going Deeper with Image Transformers", section 2.</summary>
    LayerScale,
}

/// <summary>An element-wise non-linearity.</summary>
public enum Activation
{
    /// <summary>None: <c>x</c>.</summary>
    Identity,

    /// <summary>Rectified linear unit, <c>max(x, 0)</c>.</summary>
    Relu,

    /// <summary>Gaussian error linear unit in its exact form, <c>x · Φ(x)</c>, Φ the standard normal distribution function: Hendrycks and Gimpel 2016.</summary>
    Gelu,

    /// <summary>GELU's tanh form, <c>x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))</c>: Hendrycks and Gimpel 2016.</summary>
    GeluTanh,

    /// <summary>Sigmoid linear unit, <c>x / (1 + e⁻ˣ)</c>: Elfwing et al. 2018.</summary>
    Silu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>An approximation of <see cref="Gelu"/>, <c>x · σ(1.702x)</c>, as CLIP has it: Hendrycks and Gimpel 2016.</summary>
    QuickGelu,

    /// <summary>The logistic function, <c>1 / (1 + e⁻ˣ)</c>.</summary>
    Sigmoid,
}

/// <summary>The kinds of recurrent cells.</summary>
public enum CellKind
{
    /// <summary>Gated recurrent units: Cho et al. 2014.</summary>
    Gru,

    /// <summary>Long short-term memory with forget gates, without peepholes: Hochreiter and Schmidhuber 1997, Gers et al. 2000.</summary>
    Lstm,
}

/// <summary>In which order the gates of recurrent cells stand, one behind the other, in the outputs of their maps.</summary>
public enum GateOrder
{
    /// <summary>r, z, n of a GRU and i, f, g, o of an LSTM.</summary>
    PyTorch,

    /// <summary>z, r, h of a GRU and i, o, f, c of an LSTM, as the ONNX standard's operators have them.</summary>
    Onnx,

    /// <summary>z, r, h of a GRU and i, f, c, o of an LSTM.</summary>
    Keras,
}

/// <summary>What a query <c>h</c> and a key <c>k</c> make of each other; W and v are trained. Luong et al. 2015, section 3.1.</summary>
public enum ScoreKind
{
    /// <summary>Their product, <c>h · k</c>.</summary>
    Dot,

    /// <summary>Their product by a map, <c>(W h) · k</c>.</summary>
    General,

    /// <summary><c>v · tanh(W [h; k])</c>, the two side by side.</summary>
    Concat,

    /// <summary><c>v · tanh(W h + U k)</c>: Bahdanau et al. 2015.</summary>
    Additive,
}

/// <summary>What makes weights of scores.</summary>
public enum WeightingKind
{
    /// <summary>Their exponentials, divided by the sum of these: soft attention.</summary>
    Softmax,

    /// <summary>All of it to the largest score, of equal ones the first: hard attention, the likeliest choice.</summary>
    Argmax,

    /// <summary>All of it to one key, drawn with the probabilities of the softmax: hard attention. Xu et al. 2015, section 4.1.</summary>
    Sampled,
}

/// <summary>Around what place local attention looks: Luong et al. 2015, section 3.2.</summary>
public enum CentreKind
{
    /// <summary>That of the row's own position, at most the last (local-m).</summary>
    Monotonic,

    /// <summary>
    /// One that the state predicts, <c>count · σ(vᵀ tanh(W h))</c>, places counted from 0; weights fall from it along a normal curve, which is not normalised again
    /// (local-p).
    /// </summary>
    Predicted,
}

/// <summary>What a recurrent decoder's first state is made of.</summary>
public enum BridgeSource
{
    /// <summary>The states in which the other stage ended: behind its last row, and of states that run backward, at its first, side by side.</summary>
    Ends,

    /// <summary>Of the last layer the states that run backward, at the first row: Bahdanau et al. 2015, appendix A.2.2.</summary>
    Backward,

    /// <summary>The mean of the other stage's rows: Xu et al. 2015, "Show, Attend and Tell", section 3.1.2.</summary>
    Mean,
}

/// <summary>Whether the sub-layers of a layer stand side by side, and by which norms they then read the layer's rows.</summary>
public enum ParallelKind
{
    /// <summary>They stand one behind the other.</summary>
    None,

    /// <summary>Side by side, each with a norm of its own: Black et al. 2022, "GPT-NeoX-20B", section 2.1.</summary>
    OwnNorms,

    /// <summary>Side by side, with the norm of the first for all of them: Wang and Komatsuzaki 2021, "GPT-J-6B".</summary>
    OneNorm,
}

/// <summary>How a stage tells its layers where a token stands.</summary>
public enum PositionKind
{
    /// <summary>
    /// Sine on even, cosine on odd channels, channel pair <c>i</c> at the rate <c>10000^(−2i/width)</c>, from
    /// position 0: Vaswani et al. 2017, section 3.5. It has no weights.
    /// </summary>
    Sinusoidal,

    /// <summary>A trained table, length × width.</summary>
    Learned,

    /// <summary>
    /// The values of <see cref="Sinusoidal"/>, all sines in the first half of the channels and all cosines in the second,
    /// as Marian has them: Junczys-Dowmunt et al. 2018. It has no weights.
    /// </summary>
    SinusoidalHalves,

    /// <summary>
    /// Sines in the first half of the channels and cosines in the second, channel <c>j</c> of each at the rate
    /// <c>10000^(−j/(width/2 − 1))</c>, as tensor2tensor has them: Vaswani et al. 2018; the last channel of an odd width is 0. It has no weights.
    /// </summary>
    SinusoidalTimescales,

    /// <summary>
    /// The sum of two rows of trained tables, that of the line and that of the column in it, lines × width and columns × width: Kitaev et al. 2020, "Reformer"; Ramesh et
    /// al. 2021, "Zero-Shot Text-to-Image Generation", section 2.2. <see cref="PositionsAttribute.Columns"/> tells how many rows make a line.
    /// </summary>
    Axial,
}

/// <summary>How a sequence, count × width, becomes one vector of that width.</summary>
public enum PoolingKind
{
    /// <summary>The mean of all rows.</summary>
    Mean,

    /// <summary>The first row.</summary>
    First,

    /// <summary>The largest value of each channel.</summary>
    Max,

    /// <summary>The row of the token with the largest id, the first of equal ones: Radford et al. 2021, whose last token of a text has the largest id.</summary>
    LargestToken,

    /// <summary>The row of the first token that is the one told, the first row where none is.</summary>
    AtToken,

    /// <summary>The last row, as encoders have it whose rows see only those before them: Zhang et al. 2025, "Qwen3 Embedding", section 2.</summary>
    Last,

    /// <summary>The row of a number, from 0, or the last where there are not so many: of the distillation token 1.</summary>
    AtRow,
}

/// <summary>The order of the values of one patch of an image, as the weights that read them have it.</summary>
public enum PatchOrder
{
    /// <summary>Channel, row, column: that of a convolution's weights.</summary>
    ChannelsFirst,

    /// <summary>Row, column, channel.</summary>
    ChannelsLast,
}

/// <summary>
/// How the tensors of a checkpoint are named and shaped. Names that start with what a stage's <c>Prefix</c> says are
/// written with <c>…</c> here; <see cref="TensorAttribute"/> overrides single names.
/// </summary>
public enum WeightLayout
{
    /// <summary>
    /// PyTorch's <c>nn.Transformer</c>: <c>transformer.encoder.layers.0.self_attn.in_proj_weight</c> and so on,
    /// query, key and value stacked in one tensor, linear weights output × input. Prefixes:
    /// <c>transformer.encoder</c>, <c>transformer.decoder</c>.
    /// </summary>
    PyTorch,

    /// <summary>
    /// Hugging Face BART and Marian: <c>….layers.0.self_attn.q_proj.weight</c>, one table <c>model.shared.weight</c>,
    /// <c>final_logits_bias</c>. Prefixes: <c>model.encoder</c>, <c>model.decoder</c>. BART has learned positions with
    /// an offset of 2 and a norm behind the embedding; Marian has <see cref="PositionKind.SinusoidalHalves"/> and none.
    /// </summary>
    Bart,

    /// <summary>
    /// Hugging Face BERT and what shares its names, MiniLM among them: <c>….encoder.layer.0.attention.self.query.weight</c>,
    /// <c>….pooler.dense.weight</c>, <c>classifier.weight</c>. Prefix: <c>bert</c>; checkpoints of the bare encoder, such as
    /// those of sentence-transformers, have none (<c>Prefix = ""</c>).
    /// </summary>
    Bert,

    /// <summary>
    /// Hugging Face RoBERTa: the names of <see cref="Bert"/> with prefix <c>roberta</c>, and a head of
    /// <c>classifier.dense</c> and <c>classifier.out_proj</c>. Learned positions have an offset of 2.
    /// </summary>
    Roberta,

    /// <summary>
    /// Hugging Face DistilBERT: <c>….transformer.layer.0.attention.q_lin.weight</c>, a head of <c>pre_classifier</c> and
    /// <c>classifier</c>. Prefix: <c>distilbert</c>.
    /// </summary>
    DistilBert,

    /// <summary>
    /// Hugging Face ViT: <c>….encoder.layer.0.attention.attention.query.weight</c>, <c>….layernorm.weight</c>,
    /// <c>classifier.weight</c>, patches by a convolution's weights. Prefix: <c>vit</c>.
    /// </summary>
    Vit,

    /// <summary>
    /// The <c>vit-pytorch</c> package: <c>….layers.0.0.fn.to_qkv.weight</c>, query, key and value stacked, patches by a
    /// linear map with the channel last, <c>mlp_head.1.weight</c>. Prefix: <c>transformer</c>.
    /// </summary>
    VitPyTorch,

    /// <summary>
    /// Hugging Face GPT-2: <c>….h.0.attn.c_attn.weight</c>, query, key and value stacked, linear weights input × output.
    /// Prefix: <c>transformer</c>; the original files have none (<c>Prefix = ""</c>).
    /// </summary>
    Gpt2,

    /// <summary>
    /// Hugging Face CLIP: <c>….encoder.layers.0.self_attn.q_proj.weight</c>, <c>….pre_layrnorm.weight</c>, patches by a convolution's
    /// weights. Prefixes: <c>vision_model</c>; <c>text_model</c> for a decoder, and to be said for a text encoder. The projections have the
    /// names that a <see cref="LinearAttribute"/> gives them, <c>visual_projection</c> and <c>text_projection</c>.
    /// </summary>
    Clip,

    /// <summary>
    /// Hugging Face Longformer: the names of <see cref="Roberta"/> with prefix <c>longformer</c>, and those of the global rows' projections,
    /// <c>….attention.self.query_global.weight</c>. Its <c>attention_window</c> is twice our window. Learned positions have an offset of 2.
    /// </summary>
    Longformer,

    /// <summary>
    /// Hugging Face llama and what shares its names, such as Mistral and Qwen2: <c>….layers.0.self_attn.q_proj.weight</c>,
    /// <c>….layers.0.mlp.gate_proj.weight</c>, <c>lm_head.weight</c>. Prefix: <c>model</c>.
    /// </summary>
    Llama,

    /// <summary>
    /// CrossViT as its authors have it: <c>blocks.0.blocks.1.0.attn.qkv.weight</c>, <c>blocks.0.fusion.1.attn.wq.weight</c>, <c>pos_embed.1</c>.
    /// The prefix is the branch's number, <c>0</c> unless set, and stands within the names.
    /// </summary>
    CrossVit,

    /// <summary>
    /// Hugging Face GPT-J: <c>….h.0.attn.q_proj.weight</c>, <c>….h.0.mlp.fc_in.weight</c>, <c>lm_head.weight</c>. Prefix: <c>transformer</c>. Its sub-layers
    /// stand side by side (<see cref="ParallelKind.OneNorm"/>), its rotary pairs are neighbours.
    /// </summary>
    GptJ,

    /// <summary>
    /// Hugging Face GPT-NeoX and Pythia: <c>….layers.0.attention.query_key_value.weight</c>, in which queries, keys and values stand head by head
    /// (<see cref="TensorAttribute.ByHead"/>), <c>embed_out.weight</c>. Prefix: <c>gpt_neox</c>. Its sub-layers stand side by side
    /// (<see cref="ParallelKind.OwnNorms"/>) where its <c>use_parallel_residual</c> is true.
    /// </summary>
    GptNeoX,

    /// <summary>
    /// Hugging Face BLOOM: <c>….h.0.self_attention.query_key_value.weight</c>, head by head as in <see cref="GptNeoX"/>,
    /// <c>….word_embeddings_layernorm.weight</c> behind the embedding. Prefix: <c>transformer</c>; the original files have none (<c>Prefix = ""</c>).
    /// </summary>
    Bloom,

    /// <summary>
    /// Hugging Face T5, mT5 and flan-T5: <c>….block.0.layer.0.SelfAttention.q.weight</c>, a layer's norms and maps under the number of its sub-layer,
    /// the table of distances in block 0, one table <c>shared.weight</c>, <c>lm_head.weight</c> unless tied. Prefixes: <c>encoder</c>, <c>decoder</c>.
    /// </summary>
    T5,

    /// <summary>
    /// Hugging Face Gemma 2 and 3, and OLMo 2: the names of <see cref="Llama"/>, but <c>….pre_feedforward_layernorm.weight</c> before the feed-forward and
    /// <c>….post_attention_layernorm.weight</c>, <c>….post_feedforward_layernorm.weight</c> behind the sub-layers. Prefix: <c>model</c>. Gemma 1 has those of
    /// <see cref="Llama"/>.
    /// </summary>
    Gemma2,

    /// <summary>
    /// Hugging Face Phi-1, 1.5 and 2: <c>….layers.0.self_attn.dense.weight</c>, <c>….layers.0.mlp.fc1.weight</c>, one norm a layer, <c>….final_layernorm.weight</c>.
    /// Prefix: <c>model</c>. Its sub-layers stand side by side (<see cref="ParallelKind.OneNorm"/>).
    /// </summary>
    Phi,

    /// <summary>
    /// Hugging Face Phi-3 and 4: the names of <see cref="Llama"/>, but <c>….self_attn.qkv_proj.weight</c> and <c>….mlp.gate_up_proj.weight</c> in one tensor each. Prefix: <c>model</c>.
    /// </summary>
    Phi3,

    /// <summary>
    /// Hugging Face ALBERT: <c>….encoder.albert_layer_groups.0.albert_layers.0.attention.query.weight</c>, of which the first number is the group's
    /// (<see cref="StageAttribute.SharedGroups"/>), and <c>….embedding_hidden_mapping_in.weight</c>. Prefix: <c>albert</c>.
    /// </summary>
    Albert,

    /// <summary>
    /// Hugging Face DeiT: the names of <see cref="Vit"/> with prefix <c>deit</c>, <c>….embeddings.distillation_token</c>, and heads <c>cls_classifier</c>, which a file
    /// without the other calls <c>classifier</c>, and <c>distillation_classifier</c>, which a <see cref="HeadAttribute"/> has to say.
    /// </summary>
    Deit,

    /// <summary>
    /// Hugging Face ModernBERT: <c>….layers.0.attn.Wqkv.weight</c>, <c>….layers.0.mlp.Wi.weight</c>, the activated half first, <c>head.dense.weight</c>. Prefix:
    /// <c>model</c>; files of the bare encoder have none (<c>Prefix = ""</c>).
    /// </summary>
    ModernBert,

    /// <summary>
    /// Hugging Face ELECTRA: the names of <see cref="Bert"/> with prefix <c>electra</c>, <c>….embeddings_project.weight</c>, and for logits those of the generator,
    /// <c>generator_predictions.dense.weight</c>. The maps of the discriminator have the names that a <see cref="LinearAttribute"/> gives them.
    /// </summary>
    Electra,
}

/// <summary>
/// How the weights of linear maps are kept in memory, whatever the checkpoint has: narrower ones take less memory, and
/// less time where the memory's speed is the limit, as in <c>Step</c>. Tables, norms and biases stay float32, and so do
/// activations and sums: only the rounding of each weight differs.
/// </summary>
public enum WeightFormat
{
    /// <summary>32 bits: float32, as exact as the checkpoint.</summary>
    Float32,

    /// <summary>
    /// 16 bits: bfloat16, the upper half of a float32, rounded to nearest even. Exact for checkpoints of bfloat16; otherwise
    /// each weight is off by at most 2⁻⁸ of itself (not counting subnormal ones), as a rule too little to change what a model decides.
    /// </summary>
    BFloat16,

    /// <summary>
    /// 8 bits: whole numbers from −127 to 127 and one float32 scale per output channel, the channel's largest magnitude / 127.
    /// Each weight is off by at most half a scale: small weights beside a large one suffer, so measure the model's quality.
    /// Weights that are not finite are refused.
    /// </summary>
    Int8,
}
