using Attention.Tests.Models;

namespace Attention.Accuracy;

/// <summary>The test images of MNIST.</summary>
internal sealed class DigitTrial(string? folder) : Trial
{
    public override string Name => "MNIST ViT";

    public override string Told => "images whose digit is right; those of the same digit as in float32; errors of scores, of the row's norm";

    public override string? Missing => folder is null ? "shared/models/mnist-vit" : null;

    public override Answers Run(ILevel level, Answers? exact)
    {
        (float[][] images, byte[] labels) = MnistDigits.Read(folder!);
        using Classifier model = level.OpenMnistVit(Path.Combine(folder!, "model.safetensors"));
        float[][] rows = [.. images.Select(model.Score)];
        int[][] digits = [.. rows.Select(row => new[] { Array.IndexOf(row, row.Max()) })];
        return new($"{digits.Zip(labels).Count(pair => pair.First[0] == pair.Second)} of {labels.Length}", digits, rows);
    }
}
