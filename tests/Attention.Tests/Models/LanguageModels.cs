using Attention.Dsl;

namespace Attention.Tests.Models;

// Parts of modern language models, with the names of those that have them.

[AttentionModel]
public sealed partial class GatedFeedForwards
{
    [Encoder(layers: 1, width: 24, Norm = NormPlacement.Pre, Prefix = "llama")]
    [Tensor(TensorRole.HiddenGate, "{prefix}.layers.{layer}.mlp.gate_proj.weight")]
    [Tensor(TensorRole.Hidden, "{prefix}.layers.{layer}.mlp.up_proj.weight")]
    [Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.mlp.down_proj.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.norm.weight")]
    [Features(70)]
    [FeedForward(37, Activation.Silu, Gated = true, Bias = false)]
    public sealed partial class Llama;

    [Encoder(layers: 1, width: 24, Norm = NormPlacement.Pre, Prefix = "modernbert")]
    [Tensor(TensorRole.GateUp, "{prefix}.layers.{layer}.mlp.Wi.weight")]
    [Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.mlp.Wo.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.norm.weight")]
    [Input("llama")]
    [FeedForward(37, Activation.Gelu, Gated = true, Bias = false)]
    public sealed partial class ModernBert;

    [Encoder(layers: 1, width: 24, Norm = NormPlacement.Pre, Prefix = "moonshine")]
    [Tensor(TensorRole.UpGate, "{prefix}.layers.{layer}.mlp.fc1.weight")]
    [Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.mlp.fc2.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.norm.weight")]
    [Input("modernBert")]
    [FeedForward(37, Activation.Silu, Gated = true)]
    public sealed partial class Moonshine;
}
