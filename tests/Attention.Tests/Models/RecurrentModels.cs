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

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class LuongLocalM
{
    [Encoder(layers: 1, width: 24, Prefix = "encoder"), Embedding(32, length: 12, Width = 16, Name = "encoder.embeddings.make_embedding.emb_luts.0"), Recurrent(CellKind.Lstm, Bidirectional = true)]
    public sealed partial class Source;

    [Tensor(TensorRole.RecurrentInput, "decoder.rnn.layers.{layer}.weight_ih"), Tensor(TensorRole.RecurrentState, "decoder.rnn.layers.{layer}.weight_hh")]
    [Tensor(TensorRole.AlignmentQuery, "decoder.attn.linear_in.weight"), Tensor(TensorRole.AlignmentOutput, "decoder.attn.linear_out.weight")]
    [Decoder(layers: 1, width: 24, Prefix = "decoder"), Embedding(32, length: 8, Width = 16, Name = "decoder.embeddings.make_embedding.emb_luts.0"), Bridge(nameof(Source))]
    [Recurrent(CellKind.Lstm), LuongAttention(nameof(Source), ScoreKind.General, InputFeeding = true, Window = 2, Capture = true), Logits(Name = "generator")]
    public sealed partial class Target;
}

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class LuongLocalP
{
    [Encoder(layers: 1, width: 24, Prefix = "encoder"), Embedding(32, length: 12, Width = 16, Name = "encoder.embeddings.make_embedding.emb_luts.0"), Recurrent(CellKind.Lstm, Bidirectional = true)]
    public sealed partial class Source;

    [Tensor(TensorRole.RecurrentInput, "decoder.rnn.layers.{layer}.weight_ih"), Tensor(TensorRole.RecurrentState, "decoder.rnn.layers.{layer}.weight_hh")]
    [Tensor(TensorRole.AlignmentQuery, "decoder.attn.linear_in.weight"), Tensor(TensorRole.AlignmentOutput, "decoder.attn.linear_out.weight")]
    [Tensor(TensorRole.AlignmentCentre, "decoder.attn.W_p.weight"), Tensor(TensorRole.AlignmentPlace, "decoder.attn.v_p.weight")]
    [Decoder(layers: 1, width: 24, Prefix = "decoder"), Embedding(32, length: 8, Width = 16, Name = "decoder.embeddings.make_embedding.emb_luts.0"), Bridge(nameof(Source))]
    [Recurrent(CellKind.Lstm), LuongAttention(nameof(Source), ScoreKind.General, InputFeeding = true, Window = 2, Centre = CentreKind.Predicted, Capture = true), Logits(Name = "generator")]
    public sealed partial class Target;
}

// "Show, Attend and Tell" (Xu et al. 2015) by its most used implementation: which region to look at is weighed, chosen or drawn.

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.RecurrentInput, "decode_step.weight_ih"), Tensor(TensorRole.RecurrentState, "decode_step.weight_hh"), Tensor(TensorRole.Bridge, "init_h.weight"), Tensor(TensorRole.BridgeCell, "init_c.weight")]
[Tensor(TensorRole.AlignmentQuery, "attention.decoder_att.weight"), Tensor(TensorRole.AlignmentKey, "attention.encoder_att.weight"), Tensor(TensorRole.AlignmentScore, "attention.full_att.weight"), Tensor(TensorRole.AlignmentGate, "f_beta.weight")]
public sealed partial class CaptionSoft
{
    [Encoder(layers: 0, width: 32), Features(16)]
    public sealed partial class Regions;

    [Decoder(layers: 1, width: 32, Prefix = ""), Embedding(40, length: 8, Width = 16, Name = "embedding"), Bridge(nameof(Regions), Take = BridgeSource.Mean, Map = true)]
    [AdditiveAttention(nameof(Regions), width: 24, Activation = Activation.Relu, Bias = true, Gate = true, Capture = true), Recurrent(CellKind.Lstm), Logits(Name = "fc")]
    public sealed partial class Words;
}

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.RecurrentInput, "decode_step.weight_ih"), Tensor(TensorRole.RecurrentState, "decode_step.weight_hh"), Tensor(TensorRole.Bridge, "init_h.weight"), Tensor(TensorRole.BridgeCell, "init_c.weight")]
[Tensor(TensorRole.AlignmentQuery, "attention.decoder_att.weight"), Tensor(TensorRole.AlignmentKey, "attention.encoder_att.weight"), Tensor(TensorRole.AlignmentScore, "attention.full_att.weight"), Tensor(TensorRole.AlignmentGate, "f_beta.weight")]
public sealed partial class CaptionArgmax
{
    [Encoder(layers: 0, width: 32), Features(16)]
    public sealed partial class Regions;

    [Decoder(layers: 1, width: 32, Prefix = ""), Embedding(40, length: 8, Width = 16, Name = "embedding"), Bridge(nameof(Regions), Take = BridgeSource.Mean, Map = true)]
    [AdditiveAttention(nameof(Regions), width: 24, Activation = Activation.Relu, Bias = true, Gate = true, Weighting = WeightingKind.Argmax, Capture = true), Recurrent(CellKind.Lstm), Logits(Name = "fc")]
    public sealed partial class Words;
}

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.RecurrentInput, "decode_step.weight_ih"), Tensor(TensorRole.RecurrentState, "decode_step.weight_hh"), Tensor(TensorRole.Bridge, "init_h.weight"), Tensor(TensorRole.BridgeCell, "init_c.weight")]
[Tensor(TensorRole.AlignmentQuery, "attention.decoder_att.weight"), Tensor(TensorRole.AlignmentKey, "attention.encoder_att.weight"), Tensor(TensorRole.AlignmentScore, "attention.full_att.weight"), Tensor(TensorRole.AlignmentGate, "f_beta.weight")]
public sealed partial class CaptionSampled
{
    [Encoder(layers: 0, width: 32), Features(16)]
    public sealed partial class Regions;

    [Decoder(layers: 1, width: 32, Prefix = ""), Embedding(40, length: 8, Width = 16, Name = "embedding"), Bridge(nameof(Regions), Take = BridgeSource.Mean, Map = true)]
    [AdditiveAttention(nameof(Regions), width: 24, Activation = Activation.Relu, Bias = true, Gate = true, Weighting = WeightingKind.Sampled, Seed = 20150606, Capture = true), Recurrent(CellKind.Lstm), Logits(Name = "fc")]
    public sealed partial class Words;
}

/// <summary>The LSTM that attends to its own past. Its file has rows, not tokens: they are the table here.</summary>
[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.Embedding, "golden.input.rows"), Tensor(TensorRole.AlignmentKey, "attention.state.weight"), Tensor(TensorRole.AlignmentQuery, "attention.input.weight")]
[Tensor(TensorRole.RecurrentInput, "cell.weight_ih"), Tensor(TensorRole.RecurrentState, "cell.weight_hh")]
[Decoder(layers: 1, width: 32, Prefix = ""), Embedding(12, length: 12, Width = 24), IntraAttention(width: 16, Capture = true), Recurrent(CellKind.Lstm)]
public sealed partial class Lstmn;

// Sizes and options that the catalogue's files do not have: Goldens/make_recurrent_goldens.py.

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.RecurrentInput, "decode_step.weight_ih"), Tensor(TensorRole.RecurrentState, "decode_step.weight_hh"), Tensor(TensorRole.Bridge, "init_h.weight"), Tensor(TensorRole.BridgeCell, "init_c.weight")]
[Tensor(TensorRole.AlignmentQuery, "attention.decoder_att.weight"), Tensor(TensorRole.AlignmentKey, "attention.encoder_att.weight"), Tensor(TensorRole.AlignmentScore, "attention.full_att.weight"), Tensor(TensorRole.AlignmentGate, "f_beta.weight")]
public sealed partial class RegionsWeighed
{
    [Encoder(layers: 0, width: 10), Features(19)]
    public sealed partial class Regions;

    [Decoder(layers: 1, width: 20, Prefix = ""), Embedding(11, length: 24, Width = 9, Name = "embedding"), Bridge(nameof(Regions), Take = BridgeSource.Mean, Map = true)]
    [AdditiveAttention(nameof(Regions), width: 7, Activation = Activation.Relu, Bias = true, Gate = true, Capture = true), Recurrent(CellKind.Lstm), Logits(Name = "fc")]
    public sealed partial class Words;
}

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.RecurrentInput, "decode_step.weight_ih"), Tensor(TensorRole.RecurrentState, "decode_step.weight_hh"), Tensor(TensorRole.Bridge, "init_h.weight"), Tensor(TensorRole.BridgeCell, "init_c.weight")]
[Tensor(TensorRole.AlignmentQuery, "attention.decoder_att.weight"), Tensor(TensorRole.AlignmentKey, "attention.encoder_att.weight"), Tensor(TensorRole.AlignmentScore, "attention.full_att.weight"), Tensor(TensorRole.AlignmentGate, "f_beta.weight")]
public sealed partial class RegionsChosen
{
    [Encoder(layers: 0, width: 10), Features(19)]
    public sealed partial class Regions;

    [Decoder(layers: 1, width: 20, Prefix = ""), Embedding(11, length: 24, Width = 9, Name = "embedding"), Bridge(nameof(Regions), Take = BridgeSource.Mean, Map = true)]
    [AdditiveAttention(nameof(Regions), width: 7, Activation = Activation.Relu, Bias = true, Gate = true, Weighting = WeightingKind.Argmax, Capture = true), Recurrent(CellKind.Lstm), Logits(Name = "fc")]
    public sealed partial class Words;
}

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.RecurrentInput, "decode_step.weight_ih"), Tensor(TensorRole.RecurrentState, "decode_step.weight_hh"), Tensor(TensorRole.Bridge, "init_h.weight"), Tensor(TensorRole.BridgeCell, "init_c.weight")]
[Tensor(TensorRole.AlignmentQuery, "attention.decoder_att.weight"), Tensor(TensorRole.AlignmentKey, "attention.encoder_att.weight"), Tensor(TensorRole.AlignmentScore, "attention.full_att.weight"), Tensor(TensorRole.AlignmentGate, "f_beta.weight")]
public sealed partial class RegionsDrawn
{
    [Encoder(layers: 0, width: 10), Features(19)]
    public sealed partial class Regions;

    [Decoder(layers: 1, width: 20, Prefix = ""), Embedding(11, length: 24, Width = 9, Name = "embedding"), Bridge(nameof(Regions), Take = BridgeSource.Mean, Map = true)]
    [AdditiveAttention(nameof(Regions), width: 7, Activation = Activation.Relu, Bias = true, Gate = true, Weighting = WeightingKind.Sampled, Seed = 77, Capture = true), Recurrent(CellKind.Lstm), Logits(Name = "fc")]
    public sealed partial class Words;
}

[AttentionModel(Unread = ["input.*", "output.*"]), Encoder(layers: 3, width: 18, Prefix = ""), Features(31, Width = 10), Recurrent(CellKind.Lstm, Bidirectional = true)]
public sealed partial class DeepLstm;

[AttentionModel(Unread = ["input.*", "output.*"]), Encoder(layers: 2, width: 21, Prefix = ""), Features(31, Width = 5), Recurrent(CellKind.Gru)]
public sealed partial class DeepGru;

[AttentionModel(Unread = ["input.*", "output.*"]), Encoder(layers: 2, width: 24, Prefix = ""), Features(31, Width = 7), Recurrent(CellKind.Gru, Bidirectional = true, ResetBefore = true)]
public sealed partial class GruOfThePapers;

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class LuongUnfedGeneral
{
    [Encoder(layers: 2, width: 20, Prefix = "encoder"), Embedding(13, length: 29, Width = 9, Name = "encoder.embeddings.make_embedding.emb_luts.0"), Recurrent(CellKind.Gru, Bidirectional = true)]
    public sealed partial class Source;

    [Tensor(TensorRole.AlignmentQuery, "decoder.attn.linear_in.weight"), Tensor(TensorRole.AlignmentOutput, "decoder.attn.linear_out.weight")]
    [Decoder(layers: 2, width: 20, Prefix = "decoder"), Embedding(17, length: 23, Width = 9, Name = "decoder.embeddings.make_embedding.emb_luts.0"), Bridge(nameof(Source))]
    [Recurrent(CellKind.Gru), LuongAttention(nameof(Source), ScoreKind.General, Capture = true), Logits(Name = "generator")]
    public sealed partial class Target;
}

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class LuongUnfedDot
{
    [Encoder(layers: 1, width: 20, Prefix = "encoder"), Embedding(13, length: 29, Width = 9, Name = "encoder.embeddings.make_embedding.emb_luts.0"), Recurrent(CellKind.Lstm, Bidirectional = true)]
    public sealed partial class Source;

    [Tensor(TensorRole.AlignmentOutput, "decoder.attn.linear_out.weight")]
    [Decoder(layers: 1, width: 20, Prefix = "decoder"), Embedding(17, length: 23, Width = 9, Name = "decoder.embeddings.make_embedding.emb_luts.0"), Bridge(nameof(Source))]
    [Recurrent(CellKind.Lstm), LuongAttention(nameof(Source), ScoreKind.Dot, Capture = true), Logits(Name = "generator")]
    public sealed partial class Target;
}

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class BahdanauCurrent
{
    [Encoder(layers: 1, width: 22, Prefix = "encoder"), Embedding(13, length: 29, Width = 7), Recurrent(CellKind.Gru, Bidirectional = true)]
    public sealed partial class Source;

    [Decoder(layers: 1, width: 11, Prefix = "decoder"), Embedding(17, length: 23, Width = 7)]
    [Bridge(nameof(Source), Take = BridgeSource.Backward, Map = true, Activation = Activation.Tanh, Name = "decoder.init")]
    [AdditiveAttention(nameof(Source), width: 10, Capture = true), Recurrent(CellKind.Gru), DeepOutput(Width = 6, Maxout = true), Logits(Name = "decoder.output")]
    public sealed partial class Target;
}
