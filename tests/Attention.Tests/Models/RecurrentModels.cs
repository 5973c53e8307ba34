using Attention.Dsl;

namespace Attention.Tests.Models;

// Files of the catalogue whose cells are recurrent.

[AttentionModel(Unread = ["golden.*"]), Encoder(layers: 1, width: 32, Prefix = ""), Features(12), Recurrent(CellKind.Gru)]
public sealed partial class GruAlone;

[AttentionModel(Unread = ["golden.*"]), Encoder(layers: 1, width: 32, Prefix = ""), Features(12), Recurrent(CellKind.Lstm)]
public sealed partial class LstmAlone;

/// <summary>The sequence-to-sequence model of PyTorch's tutorial.</summary>
[AttentionModel(Unread = ["golden.*"])]
public sealed partial class BahdanauTutorial
{
    [Encoder(layers: 1, width: 24, Prefix = "encoder"), Embedding(32, length: 12), Recurrent(CellKind.Gru, Name = "encoder.gru")]
    public sealed partial class Source;

    [Tensor(TensorRole.AlignmentQuery, "decoder.attention.Wa.weight"), Tensor(TensorRole.AlignmentKey, "decoder.attention.Ua.weight"), Tensor(TensorRole.AlignmentScore, "decoder.attention.Va.weight")]
    [Decoder(layers: 1, width: 24, Prefix = "decoder"), Embedding(32, length: 8), Bridge(nameof(Source)), AdditiveAttention(nameof(Source), width: 24, Bias = true, Capture = true)]
    [Recurrent(CellKind.Gru, Name = "decoder.gru"), Logits(Name = "decoder.out")]
    public sealed partial class Target;
}

/// <summary>The one of "Dive into Deep Learning".</summary>
[AttentionModel(Unread = ["golden.*"])]
public sealed partial class BahdanauD2L
{
    [Encoder(layers: 2, width: 24, Prefix = "encoder"), Embedding(32, length: 12, Width = 16), Recurrent(CellKind.Gru)]
    public sealed partial class Source;

    [Tensor(TensorRole.AlignmentQuery, "decoder.attention.W_q.weight"), Tensor(TensorRole.AlignmentKey, "decoder.attention.W_k.weight"), Tensor(TensorRole.AlignmentScore, "decoder.attention.w_v.weight")]
    [Decoder(layers: 2, width: 24, Prefix = "decoder"), Embedding(32, length: 8, Width = 16), Bridge(nameof(Source)), AdditiveAttention(nameof(Source), width: 24, ContextFirst = true, Capture = true)]
    [Recurrent(CellKind.Gru), Logits(Name = "decoder.dense")]
    public sealed partial class Target;
}

/// <summary>The paper's: Bahdanau et al. 2015, appendix A.</summary>
[AttentionModel(Unread = ["golden.*"])]
public sealed partial class BahdanauPaper
{
    [Encoder(layers: 1, width: 48, Prefix = "encoder"), Embedding(32, length: 12, Width = 16), Recurrent(CellKind.Gru, Bidirectional = true, ResetBefore = true)]
    public sealed partial class Source;

    [Decoder(layers: 1, width: 24, Prefix = "decoder"), Embedding(32, length: 8, Width = 16)]
    [Bridge(nameof(Source), Take = BridgeSource.Backward, Map = true, Activation = Activation.Tanh, Name = "decoder.init")]
    [AdditiveAttention(nameof(Source), width: 24, Capture = true), Recurrent(CellKind.Gru, ResetBefore = true), DeepOutput(PreviousState = true, Width = 16, Maxout = true), Logits(Name = "decoder.output")]
    public sealed partial class Target;
}

// OpenNMT's models: Luong et al. 2015.

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class LuongDot
{
    [Encoder(layers: 1, width: 24, Prefix = "encoder"), Embedding(32, length: 12, Width = 16, Name = "encoder.embeddings.make_embedding.emb_luts.0"), Recurrent(CellKind.Lstm, Bidirectional = true)]
    public sealed partial class Source;

    [Tensor(TensorRole.RecurrentInput, "decoder.rnn.layers.{layer}.weight_ih"), Tensor(TensorRole.RecurrentState, "decoder.rnn.layers.{layer}.weight_hh"), Tensor(TensorRole.AlignmentOutput, "decoder.attn.linear_out.weight")]
    [Decoder(layers: 1, width: 24, Prefix = "decoder"), Embedding(32, length: 8, Width = 16, Name = "decoder.embeddings.make_embedding.emb_luts.0"), Bridge(nameof(Source))]
    [Recurrent(CellKind.Lstm), LuongAttention(nameof(Source), ScoreKind.Dot, InputFeeding = true, Capture = true), Logits(Name = "generator")]
    public sealed partial class Target;
}

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class LuongGeneral
{
    [Encoder(layers: 1, width: 24, Prefix = "encoder"), Embedding(32, length: 12, Width = 16, Name = "encoder.embeddings.make_embedding.emb_luts.0"), Recurrent(CellKind.Lstm, Bidirectional = true)]
    public sealed partial class Source;

    [Tensor(TensorRole.RecurrentInput, "decoder.rnn.layers.{layer}.weight_ih"), Tensor(TensorRole.RecurrentState, "decoder.rnn.layers.{layer}.weight_hh")]
    [Tensor(TensorRole.AlignmentQuery, "decoder.attn.linear_in.weight"), Tensor(TensorRole.AlignmentOutput, "decoder.attn.linear_out.weight")]
    [Decoder(layers: 1, width: 24, Prefix = "decoder"), Embedding(32, length: 8, Width = 16, Name = "decoder.embeddings.make_embedding.emb_luts.0"), Bridge(nameof(Source))]
    [Recurrent(CellKind.Lstm), LuongAttention(nameof(Source), ScoreKind.General, InputFeeding = true, Capture = true), Logits(Name = "generator")]
    public sealed partial class Target;
}

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class LuongConcat
{
    [Encoder(layers: 1, width: 24, Prefix = "encoder"), Embedding(32, length: 12, Width = 16, Name = "encoder.embeddings.make_embedding.emb_luts.0"), Recurrent(CellKind.Lstm, Bidirectional = true)]
    public sealed partial class Source;

    [Tensor(TensorRole.RecurrentInput, "decoder.rnn.layers.{layer}.weight_ih"), Tensor(TensorRole.RecurrentState, "decoder.rnn.layers.{layer}.weight_hh")]
    [Tensor(TensorRole.AlignmentQuery, "decoder.attn.linear_concat.weight"), Tensor(TensorRole.AlignmentScore, "decoder.attn.v.weight"), Tensor(TensorRole.AlignmentOutput, "decoder.attn.linear_out.weight")]
    [Decoder(layers: 1, width: 24, Prefix = "decoder"), Embedding(32, length: 8, Width = 16, Name = "decoder.embeddings.make_embedding.emb_luts.0"), Bridge(nameof(Source))]
    [Recurrent(CellKind.Lstm), LuongAttention(nameof(Source), ScoreKind.Concat, InputFeeding = true, Capture = true), Logits(Name = "generator")]
    public sealed partial class Target;
}

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class LuongMlp
{
    [Encoder(layers: 1, width: 24, Prefix = "encoder"), Embedding(32, length: 12, Width = 16, Name = "encoder.embeddings.make_embedding.emb_luts.0"), Recurrent(CellKind.Gru, Bidirectional = true)]
    public sealed partial class Source;

    [Tensor(TensorRole.RecurrentInput, "decoder.rnn.layers.{layer}.weight_ih"), Tensor(TensorRole.RecurrentState, "decoder.rnn.layers.{layer}.weight_hh")]
    [Tensor(TensorRole.AlignmentQuery, "decoder.attn.linear_query.weight"), Tensor(TensorRole.AlignmentKey, "decoder.attn.linear_context.weight")]
    [Tensor(TensorRole.AlignmentScore, "decoder.attn.v.weight"), Tensor(TensorRole.AlignmentOutput, "decoder.attn.linear_out.weight")]
    [Decoder(layers: 1, width: 24, Prefix = "decoder"), Embedding(32, length: 8, Width = 16, Name = "decoder.embeddings.make_embedding.emb_luts.0"), Bridge(nameof(Source))]
    [Recurrent(CellKind.Gru), LuongAttention(nameof(Source), ScoreKind.Additive, InputFeeding = true, QueryBias = true, OutputBias = true, Activation = Activation.Identity, Capture = true), Logits(Name = "generator")]
    public sealed partial class Target;
}
