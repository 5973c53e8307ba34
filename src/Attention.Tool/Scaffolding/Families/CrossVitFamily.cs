namespace Attention.Tool.Scaffolding.Families;

/// <summary>CrossViT as its authors have it: two branches of one image, whose class rows ask the other's rows behind each group of layers.</summary>
internal static class CrossVitFamily
{
    private static readonly string[] s_names = ["Small", "Large"];

    /// <summary>A branch: its width, heads, layers of each group, and hidden channels.</summary>
    private sealed record Branch(int Width, int Heads, int[] Depths, int Hidden, bool Bias);

    public static void Declare(ScaffoldSource source, ClassText text)
    {
        if (source.Has("cls_token.2"))
            throw new ToolException($"{source.Checkpoint.Path}: expected two branches, found three or more, whose class rows go around; they cannot be declared.");
        ImageFamily.Refuse(source);
        int groups = source.Layers("blocks.{}.projs.0.2.weight");
        Branch[] branches = [BranchOf(source, 0, groups), BranchOf(source, 1, groups)];
        text.Model.Add("Layout = WeightLayout.CrossVit");

        // Groups that are alike are one stage, others a stage each.
        bool alike = branches.All(branch => branch.Depths.Distinct().Count() == 1);
        int links = alike ? 1 : groups;
        for (int link = 0; link < links; link++)
        {
            for (int i = 0; i < 2; i++)
                Link(source, text.Stage(NameOf(i, link)), branches, i, link, alike ? groups : 1, isLast: link == links - 1);
        }

        for (int i = 0; i < 2; i++)
            Output(source, text, branches[i], i, links - 1);
    }

    private static string NameOf(int branch, int link) => link == 0 ? s_names[branch] : $"{s_names[branch]}{link}";

    private static string? PrefixOf(int branch) => ClassText.Prefix($"{branch}", "0");

    private static Branch BranchOf(ScaffoldSource source, int number, int groups)
    {
        int width = source.Shape($"cls_token.{number}", 3)[2];
        int[] depths = [.. Enumerable.Range(0, groups).Select(group => source.Has(Layer(group) + "norm1.weight") ? source.Layers($"blocks.{group}.blocks.{number}.{{}}.norm1.weight") : 0)];
        int first = Array.FindIndex(depths, depth => depth > 0);
        if (first < 0)
            throw new ToolException($"{source.Checkpoint.Path}: expected layers of branch {number}, '{Layer(0)}norm1.weight' and so on, found none.");
        return new Branch(width, source.HeadsAsked(width, number, 2), depths, source.Shape(Layer(first) + "mlp.fc1.weight", 2)[0], source.Has(Layer(first) + "attn.qkv.bias"));

        string Layer(int group) => $"blocks.{group}.blocks.{number}.0.";
    }

    /// <summary>Groups of layers of a branch, and the exchange behind each.</summary>
    private static void Link(ScaffoldSource source, StageText stage, Branch[] branches, int number, int link, int groups, bool isLast)
    {
        (Branch own, Branch other) = (branches[number], branches[1 - number]);
        int layers = own.Depths[link];
        stage.Summary = link == 0 ? $"The image in its {(number == 0 ? "first" : "second")} patches." : "The same, a group of layers further.";
        stage.Add("Encoder", $"layers: {layers}", $"width: {own.Width}", layers > 0 ? "Norm = NormPlacement.Pre" : null, isLast ? "FinalNorm = true" : null, source.Epsilon(1e-6, "layer_norm_eps"), PrefixOf(number));
        if (link == 0)
        {
            int[] patches = source.Shape($"patch_embed.{number}.proj.weight", 4);
            int places = source.Shape($"pos_embed.{number}", 3)[1] - 1, patch = patches[2];
            if (patch != patches[3] || !ImageFamily.IsSquare(places))
                throw new ToolException($"{source.Checkpoint.Path}: expected square patches of a square image, found {places} of {patch} × {patches[3]}.");
            stage.Add("Patches", $"image: {patch * (int)Math.Sqrt(places)}", $"patch: {patch}", patches[1] == 1 ? null : $"Channels = {patches[1]}");
            stage.Add("ClassToken");
            stage.Add("Positions", "PositionKind.Learned");
        }
        else
        {
            stage.Add("Input", $"nameof({NameOf(number, link - 1)})");
        }

        if (layers > 0)
        {
            stage.Add("SelfAttention", $"heads: {own.Heads}", own.Bias ? null : "Bias = false", own.Bias ? null : "OutputBias = true");
            stage.Add("FeedForward", $"{own.Hidden}", "Activation.Gelu");
        }

        stage.Add("ClassExchange", $"nameof({NameOf(1 - number, link)})", $"heads: {other.Heads}", own.Width == other.Width ? null : $"SourceWidth = {other.Width}", groups == 1 ? null : $"Groups = {groups}", link == 0 ? null : $"FirstGroup = {link}");
    }

    /// <summary>What is made of a branch's class row: scores, whose mean both branches' are, or the row itself where there is no head.</summary>
    private static void Output(ScaffoldSource source, ClassText text, Branch branch, int number, int link)
    {
        bool hasHead = source.Has($"head.{number}.weight");
        StageText stage = text.Stage(!hasHead ? s_names[number] + "Class" : number == 0 ? "SmallScores" : "Scores");
        stage.Summary = !hasHead ? "The class row." : number == 0 ? "The first patches' scores." : "The mean of both scores.";
        stage.Add("Encoder", "layers: 0", $"width: {branch.Width}", hasHead ? PrefixOf(number) : null);
        stage.Add("Input", $"nameof({NameOf(number, link)})");
        if (!hasHead)
            stage.Add("Pooling", "PoolingKind.First");
        else
            stage.Add("Head", $"{source.Shape($"head.{number}.weight", 2)[0]}");
        if (hasHead && number == 1)
            stage.Add("MeanWith", "nameof(SmallScores)");
    }
}
