using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>
/// PyTorch's <c>nn.Transformer</c>; what that class leaves to its user (sources, positions, outputs) is named by
/// what it is. Query, key and value are one stacked tensor, except where queries and keys have other widths
/// (<c>nn.MultiheadAttention</c> with <c>kdim</c>).
/// </summary>
internal static class PyTorch
{
    public static readonly Layout Layout = new("transformer.encoder", "transformer.decoder")
    {
        { Roles.Embedding, "{prefix}.embedding" },
        { Roles.Positions, "{prefix}.positions" },
        { Roles.TokenTypes, "{prefix}.token_types" },
        { Roles.ClassToken, "{prefix}.class_token", "" },
        { Roles.Patches, "{prefix}.patches" },
        { Roles.Source, "{prefix}.source" },
        { Roles.Queries, "{prefix}.queries", "" },
        { Roles.StemNorm, "{prefix}.embedding_norm{n?}" },
        { Roles.SelfQueryKeyValue, "{prefix}.layers.{layer}.self_attn", ".in_proj_weight" },
        { Roles.SelfOutput, "{prefix}.layers.{layer}.self_attn", ".out_proj.weight" },
        { Roles.SelfNorm, "{prefix}.layers.{layer}.norm{n}" },
        { Roles.KeyMixing, "{prefix}.layers.{layer}.self_attn", ".compress_k.weight" },
        { Roles.ValueMixing, "{prefix}.layers.{layer}.self_attn", ".compress_v.weight" },
        { Roles.SharedMixing, "{prefix}.compress{n?}" },
        { Roles.RelativeBias, "{prefix}.relative_attention_bias{n?}" },
        { Roles.SelfGate, "{prefix}.layers.{layer}.gate{n}", "" },
        { Roles.CrossQueryKeyValue, "{prefix}.layers.{layer}.multihead_attn", ".in_proj_weight", TensorForm.OutputsByInputs, ".q_proj_weight", ".k_proj_weight", ".v_proj_weight" },
        { Roles.CrossOutput, "{prefix}.layers.{layer}.multihead_attn", ".out_proj.weight" },
        { Roles.CrossNorm, "{prefix}.layers.{layer}.norm{n}" },
        { Roles.CrossSourceNorm, "{prefix}.layers.{layer}.source_norm{n}" },
        { Roles.CrossGate, "{prefix}.layers.{layer}.gate{n}", "" },
        { Roles.ExternalKeys, "{prefix}.layers.{layer}.external_attn", ".linear_0.weight" },
        { Roles.ExternalValues, "{prefix}.layers.{layer}.external_attn", ".linear_1.weight" },
        { Roles.ExternalQuery, "{prefix}.layers.{layer}.external_attn", ".trans_dims.weight" },
        { Roles.ExternalOutput, "{prefix}.layers.{layer}.external_attn", ".proj.weight" },
        { Roles.ExternalNorm, "{prefix}.layers.{layer}.norm{n}" },
        { Roles.RecurrentInput, "{prefix}.rnn", ".weight_ih_l{layer}" },
        { Roles.RecurrentState, "{prefix}.rnn", ".weight_hh_l{layer}" },
        { Roles.ReverseInput, "{prefix}.rnn", ".weight_ih_l{layer}_reverse" },
        { Roles.ReverseState, "{prefix}.rnn", ".weight_hh_l{layer}_reverse" },
        { Roles.Bridge, "{prefix}.bridge" },
        { Roles.BridgeCell, "{prefix}.bridge_cell" },
        { Roles.AlignmentQuery, "{prefix}.attention", ".query.weight" },
        { Roles.AlignmentKey, "{prefix}.attention", ".key.weight" },
        { Roles.AlignmentScore, "{prefix}.attention", ".score.weight" },
        { Roles.AlignmentOutput, "{prefix}.attention", ".combine.weight" },
        { Roles.AlignmentContext, "{prefix}.attention", ".context.weight" },
        { Roles.AlignmentGate, "{prefix}.attention", ".gate.weight" },
        { Roles.AlignmentCentre, "{prefix}.attention", ".centre.weight" },
        { Roles.AlignmentPlace, "{prefix}.attention", ".place.weight" },
        { Roles.ReadoutState, "{prefix}.readout", ".state.weight" },
        { Roles.ReadoutContext, "{prefix}.readout", ".context.weight" },
        { Roles.ReadoutInput, "{prefix}.readout", ".embedding.weight" },
        { Roles.BatchNorm, "{prefix}.layers.{layer}.batch_norm{n}" },
        { Roles.BatchMean, "{prefix}.layers.{layer}.batch_norm{n}", ".running_mean" },
        { Roles.BatchVariance, "{prefix}.layers.{layer}.batch_norm{n}", ".running_var" },
        { Roles.ExternalGate, "{prefix}.layers.{layer}.gate{n}", "" },
        { Roles.Hidden, "{prefix}.layers.{layer}", ".linear1.weight" },
        { Roles.Contract, "{prefix}.layers.{layer}", ".linear2.weight" },
        { Roles.FeedForwardNorm, "{prefix}.layers.{layer}.norm{n}" },
        { Roles.FeedForwardGate, "{prefix}.layers.{layer}.gate{n}", "" },
        { Roles.Halting, "{prefix}.layers.{layer}.halting" },
        { Roles.FinalNorm, "{prefix}.norm" },
        { Roles.OutputNorm, "{prefix}.output_norm{n?}" },
        { Roles.Linear, "{prefix}.linear{n?}" },
        { Roles.Pooler, "{prefix}.pooler" },
        { Roles.Head, "{prefix}.head" },
        { Roles.Logits, "{prefix}.logits" },
        { HeadKind.Any, "{prefix}.pooler.*" },
        { HeadKind.Any, "{prefix}.head.*" },
        { HeadKind.Logits, "{prefix}.logits.*" },
    };
}
