using System.Reflection;
using Attention.Generator.Graph;

namespace Attention.Generator.Parts;

/// <summary>The roles of all parts' tensors, each called like its member of the DSL's <c>TensorRole</c>.</summary>
internal static class Roles
{
    public static readonly Role Embedding = new(nameof(Embedding), RoleKind.Table);

    public static readonly Role Positions = new(nameof(Positions), RoleKind.Table);

    public static readonly Role TokenTypes = new(nameof(TokenTypes), RoleKind.Table);

    public static readonly Role ClassToken = new(nameof(ClassToken), RoleKind.Row);

    public static readonly Role Patches = new(nameof(Patches), RoleKind.Map);

    public static readonly Role Source = new(nameof(Source), RoleKind.Map);

    public static readonly Role StemNorm = new(nameof(StemNorm), RoleKind.Norm);

    public static readonly Role SelfQuery = new(nameof(SelfQuery), RoleKind.Map);

    public static readonly Role SelfKey = new(nameof(SelfKey), RoleKind.Map);

    public static readonly Role SelfValue = new(nameof(SelfValue), RoleKind.Map);

    public static readonly Role SelfOutput = new(nameof(SelfOutput), RoleKind.Map);

    public static readonly Role SelfNorm = new(nameof(SelfNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role CrossQuery = new(nameof(CrossQuery), RoleKind.Map);

    public static readonly Role CrossKey = new(nameof(CrossKey), RoleKind.Map);

    public static readonly Role CrossValue = new(nameof(CrossValue), RoleKind.Map);

    public static readonly Role CrossOutput = new(nameof(CrossOutput), RoleKind.Map);

    public static readonly Role CrossNorm = new(nameof(CrossNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role Hidden = new(nameof(Hidden), RoleKind.Map);

    public static readonly Role Contract = new(nameof(Contract), RoleKind.Map);

    public static readonly Role FeedForwardNorm = new(nameof(FeedForwardNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role FinalNorm = new(nameof(FinalNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role OutputNorm = new(nameof(OutputNorm), RoleKind.Norm);

    public static readonly Role Linear = new(nameof(Linear), RoleKind.Map);

    public static readonly Role Pooler = new(nameof(Pooler), RoleKind.Map, IsOfStage: true);

    public static readonly Role Head = new(nameof(Head), RoleKind.Map);

    public static readonly Role Logits = new(nameof(Logits), RoleKind.Map);

    public static readonly Role ExternalKeys = new(nameof(ExternalKeys), RoleKind.Map);

    public static readonly Role ExternalValues = new(nameof(ExternalValues), RoleKind.Map);

    public static readonly Role ExternalNorm = new(nameof(ExternalNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role RecurrentInput = new(nameof(RecurrentInput), RoleKind.Map);

    public static readonly Role RecurrentState = new(nameof(RecurrentState), RoleKind.Map);

    public static readonly Role ReverseInput = new(nameof(ReverseInput), RoleKind.Map);

    public static readonly Role ReverseState = new(nameof(ReverseState), RoleKind.Map);

    public static readonly Role Bridge = new(nameof(Bridge), RoleKind.Map);

    public static readonly Role BridgeCell = new(nameof(BridgeCell), RoleKind.Map);

    public static readonly Role AlignmentQuery = new(nameof(AlignmentQuery), RoleKind.Map);

    public static readonly Role AlignmentKey = new(nameof(AlignmentKey), RoleKind.Map);

    public static readonly Role AlignmentScore = new(nameof(AlignmentScore), RoleKind.Row);

    public static readonly Role AlignmentOutput = new(nameof(AlignmentOutput), RoleKind.Map);

    public static readonly Role AlignmentContext = new(nameof(AlignmentContext), RoleKind.Map);

    public static readonly Role AlignmentGate = new(nameof(AlignmentGate), RoleKind.Map);

    public static readonly Role AlignmentCentre = new(nameof(AlignmentCentre), RoleKind.Map);

    public static readonly Role AlignmentPlace = new(nameof(AlignmentPlace), RoleKind.Map);

    public static readonly Role ReadoutState = new(nameof(ReadoutState), RoleKind.Map);

    public static readonly Role ReadoutContext = new(nameof(ReadoutContext), RoleKind.Map);

    public static readonly Role ReadoutInput = new(nameof(ReadoutInput), RoleKind.Map);

    public static readonly Role ExternalQuery = new(nameof(ExternalQuery), RoleKind.Map);

    public static readonly Role ExternalOutput = new(nameof(ExternalOutput), RoleKind.Map);

    public static readonly Role KeyMixing = new(nameof(KeyMixing), RoleKind.Map);

    public static readonly Role ValueMixing = new(nameof(ValueMixing), RoleKind.Map);

    public static readonly Role SharedMixing = new(nameof(SharedMixing), RoleKind.Map, IsOfStage: true);

    public static readonly Role BatchNorm = new(nameof(BatchNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role BatchMean = new(nameof(BatchMean), RoleKind.Row, IsOfStage: true);

    public static readonly Role BatchVariance = new(nameof(BatchVariance), RoleKind.Norm, IsOfStage: true);

    public static readonly Role CrossSourceNorm = new(nameof(CrossSourceNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role Queries = new(nameof(Queries), RoleKind.Table);

    public static readonly Role Halting = new(nameof(Halting), RoleKind.Map);

    public static readonly Role Segment = new(nameof(Segment), RoleKind.Table);

    public static readonly Role LinePositions = new(nameof(LinePositions), RoleKind.Table);

    public static readonly Role ColumnPositions = new(nameof(ColumnPositions), RoleKind.Table);

    public static readonly Role SelfGate = new(nameof(SelfGate), RoleKind.Row, IsOfStage: true);

    public static readonly Role CrossGate = new(nameof(CrossGate), RoleKind.Row, IsOfStage: true);

    public static readonly Role FeedForwardGate = new(nameof(FeedForwardGate), RoleKind.Row, IsOfStage: true);

    public static readonly Role ExternalGate = new(nameof(ExternalGate), RoleKind.Row, IsOfStage: true);

    public static readonly Role GlobalQuery = new(nameof(GlobalQuery), RoleKind.Map);

    public static readonly Role GlobalKey = new(nameof(GlobalKey), RoleKind.Map);

    public static readonly Role GlobalValue = new(nameof(GlobalValue), RoleKind.Map);

    public static readonly Role HiddenGate = new(nameof(HiddenGate), RoleKind.Map);

    /// <summary>Gate and first map of a gated feed-forward.</summary>
    public static readonly EquatableArray<Role> GateUp = EquatableArray.Of(HiddenGate, Hidden);

    /// <summary>The same in the other order.</summary>
    public static readonly EquatableArray<Role> UpGate = EquatableArray.Of(Hidden, HiddenGate);

    public static readonly Role ExchangeMapNorm = new(nameof(ExchangeMapNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role ExchangeMap = new(nameof(ExchangeMap), RoleKind.Map, IsOfStage: true);

    public static readonly Role ExchangeNorm = new(nameof(ExchangeNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role ExchangeQuery = new(nameof(ExchangeQuery), RoleKind.Map);

    public static readonly Role ExchangeKey = new(nameof(ExchangeKey), RoleKind.Map);

    public static readonly Role ExchangeValue = new(nameof(ExchangeValue), RoleKind.Map);

    public static readonly Role ExchangeOutput = new(nameof(ExchangeOutput), RoleKind.Map);

    public static readonly Role ExchangeReturnNorm = new(nameof(ExchangeReturnNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role ExchangeReturn = new(nameof(ExchangeReturn), RoleKind.Map, IsOfStage: true);

    public static readonly Role RelativeBias = new(nameof(RelativeBias), RoleKind.Table, IsOfStage: true);

    public static readonly Role RelativePositions = new(nameof(RelativePositions), RoleKind.Table);

    public static readonly Role RelativePositionsNorm = new(nameof(RelativePositionsNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role PositionKey = new(nameof(PositionKey), RoleKind.Map);

    public static readonly Role PositionQuery = new(nameof(PositionQuery), RoleKind.Map);

    public static readonly Role SelfSinks = new(nameof(SelfSinks), RoleKind.Row);

    public static readonly Role CrossSinks = new(nameof(CrossSinks), RoleKind.Row);

    public static readonly Role SelfQueryNorm = new(nameof(SelfQueryNorm), RoleKind.Norm);

    public static readonly Role SelfKeyNorm = new(nameof(SelfKeyNorm), RoleKind.Norm);

    public static readonly Role CrossQueryNorm = new(nameof(CrossQueryNorm), RoleKind.Norm);

    public static readonly Role CrossKeyNorm = new(nameof(CrossKeyNorm), RoleKind.Norm);

    public static readonly Role SelfPostNorm = new(nameof(SelfPostNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role CrossPostNorm = new(nameof(CrossPostNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role ExternalPostNorm = new(nameof(ExternalPostNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role FeedForwardPostNorm = new(nameof(FeedForwardPostNorm), RoleKind.Norm, IsOfStage: true);

    public static readonly Role DistillationToken = new(nameof(DistillationToken), RoleKind.Row);

    public static readonly Role SelfResidual = new(nameof(SelfResidual), RoleKind.Map, IsOfStage: true);

    /// <summary>Key and value of a self-attention.</summary>
    public static readonly EquatableArray<Role> SelfKeyValue = EquatableArray.Of(SelfKey, SelfValue);

    /// <summary>Key and value of a cross-attention.</summary>
    public static readonly EquatableArray<Role> CrossKeyValue = EquatableArray.Of(CrossKey, CrossValue);

    /// <summary>Query, key and value of a self-attention.</summary>
    public static readonly EquatableArray<Role> SelfQueryKeyValue = EquatableArray.Of(SelfQuery, SelfKey, SelfValue);

    /// <summary>Query, key and value of a cross-attention.</summary>
    public static readonly EquatableArray<Role> CrossQueryKeyValue = EquatableArray.Of(CrossQuery, CrossKey, CrossValue);

    private static readonly Dictionary<string, EquatableArray<Role>> s_byName = typeof(Roles).GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => field.Name, field => field.GetValue(null) is Role role ? EquatableArray.Of(role) : (EquatableArray<Role>)field.GetValue(null)!);

    /// <summary>The roles that a member of the DSL stands for: one, or several that are stacked in one tensor.</summary>
    public static EquatableArray<Role> Of(TensorRole role) => s_byName[role.ToString()];
}
